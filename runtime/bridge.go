package noex

// Receiver takes the events that a bridge forwards, for example a rule engine
// or a message queue.
type Receiver interface {
	// Emit takes one event under its topic, "bucket.<name>.<type>".
	Emit(topic string, event AnyEvent) error
}

// Topics is what a bridge listens to: every generated store.
type Topics interface {
	On(pattern string, fn func(AnyEvent)) (stop func(), err error)
}

// BridgeOptions says what a bridge forwards. The zero value forwards all
// events under their own topics.
type BridgeOptions struct {
	// Pattern chooses the events, as in Store.On; the default is "bucket.*.*".
	Pattern string
	// Filter forwards the events for which it returns true.
	Filter func(AnyEvent) bool
	// Map changes the topic or the event.
	Map func(topic string, event AnyEvent) (string, AnyEvent)
	// OnError gets the errors of the receiver, which disturb nothing else.
	OnError func(error)
}

// Bridge forwards the events of a store to a receiver, one at a time and in
// order, until stop is called. A receiver that fails or panics never disturbs
// the store. The error is that of the pattern.
func Bridge(s Topics, receiver Receiver, o BridgeOptions) (stop func(), err error) {
	if o.Pattern == "" {
		o.Pattern = "bucket.*.*"
	}
	return s.On(o.Pattern, func(e AnyEvent) {
		if o.Filter != nil && !o.Filter(e) {
			return
		}
		topic := "bucket." + e.Bucket + "." + e.Type.String()
		if o.Map != nil {
			topic, e = o.Map(topic, e)
		}
		if err := receiver.Emit(topic, e); err != nil && o.OnError != nil {
			o.OnError(err)
		}
	})
}
