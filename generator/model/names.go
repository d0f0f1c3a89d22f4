package model

// The names of the types that belong to a record. The check for collisions
// uses the same methods, so a name is spelled in one place.

// Input is the type that Insert takes: UserInput.
func (b *Bucket) Input() string { return b.Record + "Input" }

// Patch is the type that Update takes: UserPatch.
func (b *Bucket) Patch() string { return b.Record + "Patch" }

// FieldsVar is the variable with one descriptor a field: UserFields.
func (b *Bucket) FieldsVar() string { return b.Record + "Fields" }

// Accessor is the type of the store's field: UserBucket.
func (b *Bucket) Accessor() string { return b.Record + "Bucket" }

// TxAccessor is the type of the field in a transaction: UserTx.
func (b *Bucket) TxAccessor() string { return b.Record + "Tx" }

// ViewAccessor is the type of the field in a view: UserView.
func (b *Bucket) ViewAccessor() string { return b.Record + "View" }

// Constructor is kept free for a function that makes a record: NewUser.
func (b *Bucket) Constructor() string { return "New" + b.Record }

// goNames are all names that come with the record's own.
func (b *Bucket) goNames() []string {
	return []string{b.Input(), b.Patch(), b.FieldsVar(), b.Accessor(), b.TxAccessor(), b.ViewAccessor(), b.Constructor()}
}

// ValuesVar is the variable that lists an enum's values: UserRoleValues.
func (e *Enum) ValuesVar() string { return e.GoName + "Values" }

// Lookup returns the enum's constant for a value, as a default holds it.
func (e *Enum) Lookup(value any) (EnumValue, bool) {
	for _, v := range e.Values {
		if v.Value == value {
			return v, true
		}
	}
	return EnumValue{}, false
}

// String is the kind's name in a definition.
func (k Kind) String() string {
	switch k {
	case String:
		return "string"
	case Number:
		return "number"
	case Integer:
		return "integer"
	case Boolean:
		return "boolean"
	case Date:
		return "date"
	case Object:
		return "object"
	case Array:
		return "array"
	default:
		return "unknown"
	}
}
