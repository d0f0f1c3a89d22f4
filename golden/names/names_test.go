package names_test

import (
	"testing"

	"github.com/noexgen/noexgen/golden/goldentest"
	"github.com/noexgen/noexgen/golden/names"
	noex "github.com/noexgen/noexgen/runtime"
)

// TestNamesThatFightWithGo uses what has to compile.
func TestNamesThatFightWithGo(t *testing.T) {
	s, err := names.Open(t.Context(), noex.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	goldentest.Must[names.Type](t)(s.Type.Insert(names.TypeInput{Func: "f", Range: noex.Some(int64(1))}))
	goldentest.Must[names.Main](t)(s.Main.Insert(names.MainInput{Init: "i", Main: noex.Some("m")}))
	goldentest.Must[names.New](t)(s.New.Insert(names.NewInput{ID: "n"}))
	goldentest.Must[names.UsersTest](t)(s.UsersTest.Insert(names.UsersTestInput{ID: "u"}))
	goldentest.Must[names.APIKey](t)(s.APIKeys.Insert(names.APIKeyInput{ID: "k", UserID: noex.Some("u"), HomeURL: noex.Some("h"), OAuthToken: noex.Some("o")}))
	goldentest.Must[names.ApiKey](t)(s.APIKeyz.Insert(names.ApiKeyInput{ID: "l", UserID: noex.Some("u")}))
	goldentest.Must[names.User](t)(s.A.Insert(names.UserInput{ID: "a", X: noex.Some("x"), Y: noex.Some("y")}))
	goldentest.Must[names.UserByA](t)(s.B.Insert(names.UserByAInput{ID: "b", X: noex.Some("x"), Y: noex.Some("y")}))
	goldentest.Must[names.Local](t)(s.Locals.Insert(names.LocalInput{R: "r", C: noex.Some(int64(1)), LocalByV: noex.Some("v")}))
	for name, n := range map[string]int{
		"keyword":         len(s.Type.ByFuncAndRange("f", 1)),
		"init and main":   len(s.Main.ByMain("m")),
		"initialisms":     len(s.APIKeys.ByUserID("u")) * len(s.APIKeys.ByHomeURL("h")) * len(s.APIKeys.ByOAuthToken("o")),
		"alike":           len(s.APIKeyz.ByUserID("u")),
		"record":          len(s.A.ByAByB("x", "y")),
		"record with By":  len(s.B.ByB("x", "y")),
		"parameter":       len(s.Locals.ByV2(1, "v")),
		"parameter alone": len(s.Locals.ByLocalByV("v")),
	} {
		if n != 1 {
			t.Errorf("%s: found %d records", name, n)
		}
	}
}
