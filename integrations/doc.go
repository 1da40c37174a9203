// Package integrations holds recipes that put proofcheck before what other programs publish:
// curl, git, GitHub, Hugo, Strapi, webhooks, and a plugin for WordPress. docs/INTEGRATIONS.md
// explains them; the tests of this package run them. It has no Go code of its own.
package integrations
