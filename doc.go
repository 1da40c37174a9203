// Package proofcheck is the root of the module: it holds the tests of the whole. The program is in
// cmd/proofcheck, the library in checker.
package proofcheck
