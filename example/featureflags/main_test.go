package main

import (
	"context"
	"log"
	"os"
)

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1. evaluationCache holds 1 result: dark-mode is true for u1
	// 2. flags holds 3 flags:
	//    dark-mode: enabled true, 100%
	//    new-checkout: enabled true, 50%
	//    beta-api: enabled false, 100%
	// 3. After the restart flags has 3 records, evaluationCache has 0
	// 4. Flags can be queried by enabled, since the index was rebuilt from what was restored:
	//    dark-mode (Dark theme)
	//    new-checkout (Redesigned checkout)
}
