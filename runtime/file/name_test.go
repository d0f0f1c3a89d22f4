package file

import (
	"slices"
	"strings"
	"testing"
)

func TestNamesAreThoseOfTheOriginalWhereUnambiguous(t *testing.T) {
	for key, want := range map[string]string{
		"shop:bucket:users":         "shop_bucket_users.json",
		"user-app:bucket:userCache": "user-app_bucket_userCache.json",
		"a_b:bucket:c_d":            "a_b_bucket_c_d.json",
		// ambiguous, or not portable
		"a:bucket:b:c":              "a%3Abucket%3Ab%3Ac.json",
		"a:bucket:b_bucket_c":       "a%3Abucket%3Ab_bucket_c.json",
		"a_bucket_b:bucket:c":       "a_bucket_b%3Abucket%3Ac.json",
		"a:bucket:bucket_b":         "a%3Abucket%3Abucket_b.json",
		"a_bucket:bucket:b":         "a_bucket%3Abucket%3Ab.json",
		"my.app:bucket:Ünïcode":     "my%2Eapp%3Abucket%3A%C3%9Cn%C3%AFcode.json",
		"../etc/passwd":             "%2E%2E%2Fetc%2Fpasswd.json",
		"con":                       "%63on.json",
		"nul\x00:bucket:\xff":       "nul%00%3Abucket%3A%FF.json",
		":bucket:":                  "%3Abucket%3A.json",
		"a:bucket:":                 "a%3Abucket%3A.json",
		"x_bucket_y":                "%78_bucket_y.json",
		"shop:bucket:users.json":    "shop%3Abucket%3Ausers%2Ejson.json",
		"shop:bucket:users:bucket:": "shop%3Abucket%3Ausers%3Abucket%3A.json",
	} {
		c, err := newCatalog(nil)
		if err != nil {
			t.Fatal(err)
		}
		name, err := c.name(key)
		if err != nil || name != want {
			t.Errorf("name(%q) = %q, %v; want %q", key, name, err, want)
		}
		if got, ok := keyOf(name); !ok || got != key {
			t.Errorf("keyOf(%q) = %q, %v; want %q", name, got, ok, key)
		}
	}
}

func TestNoTwoKeysShareAName(t *testing.T) {
	parts := []string{"a", "A", "b", "_", ":", ".", "%", "_bucket_", ":bucket:", "bucket", "%3A", "%3a", "É", "é", "/"}
	var keys []string
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				keys = append(keys, a+b+c, a+":bucket:"+b+c)
			}
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	c, err := newCatalog(nil)
	if err != nil {
		t.Fatal(err)
	}
	owner := map[string]string{}
	var names []string
	for _, key := range keys {
		name, err := c.name(key)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := owner[strings.ToLower(name)]; ok {
			t.Fatalf("%q and %q share %s", key, other, name)
		}
		owner[strings.ToLower(name)] = key
		if back, ok := keyOf(name); !ok || back != key {
			t.Fatalf("keyOf(%q) = %q, %v; want %q", name, back, ok, key)
		}
		names = append(names, name)
	}
	// A later run finds every key where it was put.
	again, err := newCatalog(names)
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range keys {
		if name, err := again.name(key); err != nil || name != names[i] {
			t.Fatalf("after reopening, name(%q) = %q, %v; want %q", key, name, err, names[i])
		}
	}
}

func TestNameKeepsClearOfStrangers(t *testing.T) {
	c, err := newCatalog([]string{"SHOP_bucket_users.json.bak", "Shop_Bucket_Users.json", "LOCK"})
	if err != nil {
		t.Fatal(err)
	}
	if name, err := c.name("shop:bucket:users"); err != nil || name != "shop%3Abucket%3Ausers.json" {
		t.Errorf("got %q, %v", name, err)
	}
}

func TestNameErrors(t *testing.T) {
	if _, err := newCatalog([]string{"a_bucket_b.json", "a%3Abucket%3Ab.json"}); err == nil {
		t.Error("two files for one key are accepted")
	}
	c, err := newCatalog(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", strings.Repeat("x", 300)} {
		if name, err := c.name(key); err == nil {
			t.Errorf("name(%q) = %q", key, name)
		}
	}
}

func FuzzNameIsReversible(f *testing.F) {
	for _, s := range []string{"shop:bucket:users", "a_bucket_b:bucket:c", "%", "ÿ", "x\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if key == "" {
			return
		}
		names := []string{encodedName(key)}
		if name, ok := plainName(key); ok {
			names = append(names, name)
		}
		for _, name := range names {
			if got, ok := keyOf(name); !ok || got != key {
				t.Errorf("keyOf(%q) = %q, %v; want %q", name, got, ok, key)
			}
		}
		if got, ok := keyOf(key); ok && encodedName(got) != key {
			if name, ok := plainName(got); !ok || name != key {
				t.Errorf("keyOf(%q) = %q, which is not its name", key, got)
			}
		}
	})
}
