package inspect

// ended reports false: it is not known here.
func ended(int) bool { return false }
