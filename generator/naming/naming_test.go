package naming_test

import (
	"testing"

	"github.com/noexgen/noexgen/generator/naming"
)

func TestExported(t *testing.T) {
	n := naming.New("ISBN", "OAuth")
	tests := map[string]string{
		"id": "ID", "Id": "ID", "ID": "ID", "ids": "IDs",
		"userId": "UserID", "user_id": "UserID", "user-id": "UserID", "userID": "UserID", "user id": "UserID",
		"userIds": "UserIDs", "userIDs": "UserIDs", "userIDsOld": "UserIDsOld", "user_ids": "UserIDs",
		"homeUrl": "HomeURL", "urls": "URLs", "apiKey": "APIKey", "HTTPServer": "HTTPServer", "httpUrl": "HTTPURL",
		"https": "HTTPS", "dns": "DNS", "utf8Name": "UTF8Name", "xmlHttpRequest": "XMLHTTPRequest",
		"isbn": "ISBN", "bookIsbn": "BookISBN", "isbns": "ISBNs", "oauth": "OAuth",
		"name": "Name", "firstName": "FirstName", "first_name": "FirstName", "v2API": "V2API", "line1": "Line1",
		"sha256Sum": "Sha256Sum", "address2": "Address2", "aB": "AB", "a": "A",
		"idea": "Idea", "identity": "Identity", "ideas": "Ideas", "apex": "Apex",
		"in-progress": "InProgress", "IN_PROGRESS": "InProgress", "USER_ID": "UserID", "ACTIVE": "ACTIVE", "EUR": "EUR",
		"dark mode": "DarkMode", "a.b": "AB", "2xx": "2xx", "+": "", "": "", "___": "", "ñandú": "Ñandú",
		"IDs": "IDs", "SMS": "SMS", "class": "Class", "type": "Type",
	}
	for name, want := range tests {
		if got := n.Exported(name); got != want {
			t.Errorf("Exported(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestANamerDoesNotShareItsInitialisms(t *testing.T) {
	naming.New("ISBN")
	if got := naming.New().Exported("isbn"); got != "Isbn" {
		t.Errorf("Exported = %q, want Isbn", got)
	}
}

func TestParam(t *testing.T) {
	tests := map[string]string{
		"ID": "id", "UserID": "userID", "URLs": "urls", "HTTPServer": "httpServer", "HomeURL": "homeURL",
		"Name": "name", "UTF8Name": "utf8Name", "IDs": "ids", "X509Cert": "x509Cert", "APIKey": "apiKey",
		"Type": "typeValue", "Range": "rangeValue", "Len": "lenValue", "String": "stringValue", "Nil": "nilValue",
		"Time": "timeValue", "Noex": "noexValue", "Ctx": "ctxValue", "Err": "errValue", "A": "aValue", "Any": "anyValue",
	}
	for name, want := range tests {
		if got := naming.Param(name); got != want {
			t.Errorf("Param(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSingular(t *testing.T) {
	tests := map[string]string{
		"users": "user", "flags": "flag", "categories": "category", "cache": "cache", "caches": "cache",
		"evaluationCache": "evaluationCache", "evaluationCaches": "evaluationCache", "sessionCache": "sessionCache",
		"statuses": "status", "status": "status", "addresses": "address", "address": "address", "boxes": "box",
		"news": "news", "data": "data", "metadata": "metadata", "series": "series", "people": "person", "children": "child",
		"user_roles": "user_role", "order-items": "order-item", "Users": "User", "USERS": "USER", "userIDs": "userID",
		"classes": "class", "matches": "match", "dishes": "dish", "houses": "house", "databases": "database", "cases": "case",
		"buses": "bus", "bus": "bus", "viruses": "virus", "causes": "cause", "processes": "process", "access": "access",
		"indices": "index", "analyses": "analysis", "analysis": "analysis", "movies": "movie", "quizzes": "quiz",
		"settings": "setting", "menus": "menu", "apis": "api", "photos": "photo", "heroes": "hero", "knives": "knife",
		"invoices": "invoice", "sizes": "size", "responses": "response", "companies": "company", "keys": "key", "days": "day",
		"s": "s", "as": "as", "": "", "inventory": "inventory", "usersOld": "usersOld", "users2": "users2", "lens": "lens",
	}
	for name, want := range tests {
		if got := naming.Singular(name); got != want {
			t.Errorf("Singular(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestPackageProblem(t *testing.T) {
	for _, good := range []string{"store", "my_store", "noex", "time", "main", "Store", "v2"} {
		if why := naming.PackageProblem(good); why != "" {
			t.Errorf("%q %s", good, why)
		}
	}
	for _, bad := range []string{"", "_", "func", "type", "my-store", "2nd", "store_test", "string", "nil", "documentation", "a b"} {
		if naming.PackageProblem(bad) == "" {
			t.Errorf("%q is taken for a package name", bad)
		}
	}
}

func TestFileNameIsNeverBoundToASystem(t *testing.T) {
	for bucket, want := range map[string]string{
		"users": "users_noex.go", "windows": "windows_noex.go", "x_linux": "x_linux_noex.go", "load_test": "load_test_noex.go",
	} {
		if got := naming.FileName(bucket); got != want {
			t.Errorf("FileName(%q) = %q, want %q", bucket, got, want)
		}
	}
}
