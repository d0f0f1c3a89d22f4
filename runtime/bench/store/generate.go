package store

//go:generate go tool noexgen generate
