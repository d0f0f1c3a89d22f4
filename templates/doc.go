// Package templates holds the texts that noexgen writes for people to go on
// with: the starter definition of noexgen init. Generated Go code does not
// come from here.
package templates
