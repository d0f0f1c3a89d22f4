package shop

//go:generate go tool noexgen generate
