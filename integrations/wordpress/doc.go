// Package wordpress holds the WordPress plugin in proofcheck/ and, as Go tests, what it must do
// in a WordPress with MariaDB, PHP and a browser. It has no Go code of its own.
package wordpress
