package ledger

//go:generate go tool noexgen generate
