package naming

import (
	"strings"
	"unicode"
)

// Singular returns a name with its last word in the singular: user for users,
// evaluationCache for evaluationCaches. A word that has no plural ending, or
// is its own plural, stays: data, news, status.
func Singular(name string) string {
	words := split(name)
	if len(words) == 0 {
		return name
	}
	last := words[len(words)-1]
	at := strings.LastIndex(name, last)
	return name[:at] + matchCase(last, singularWord(strings.ToLower(last))) + name[at+len(last):]
}

// matchCase writes the singular as the plural was written, as far as they agree.
func matchCase(plural, singular string) string {
	n := 0
	for n < len(plural) && n < len(singular) && unicode.ToLower(rune(plural[n])) == rune(singular[n]) {
		n++
	}
	rest := singular[n:]
	if n > 0 && plural == strings.ToUpper(plural) {
		rest = strings.ToUpper(rest)
	}
	return plural[:n] + rest
}

// irregular holds what no rule below gives.
var irregular = map[string]string{
	"people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse",
	"feet": "foot", "teeth": "tooth", "geese": "goose", "indices": "index", "vertices": "vertex",
	"matrices": "matrix", "appendices": "appendix", "criteria": "criterion", "phenomena": "phenomenon",
	"analyses": "analysis", "theses": "thesis", "hypotheses": "hypothesis", "diagnoses": "diagnosis", "crises": "crisis",
	"synopses": "synopsis", "axes": "axis", "quizzes": "quiz", "knives": "knife", "wives": "wife", "lives": "life",
	"leaves": "leaf", "shelves": "shelf", "halves": "half", "wolves": "wolf", "calves": "calf", "loaves": "loaf",
	"thieves": "thief", "selves": "self", "movies": "movie", "cookies": "cookie", "zombies": "zombie", "ties": "tie",
	"pies": "pie", "lies": "lie", "dies": "die", "calories": "calorie", "selfies": "selfie", "rookies": "rookie",
	"caches": "cache", "niches": "niche", "headaches": "headache", "avalanches": "avalanche",
	"heroes": "hero", "potatoes": "potato", "tomatoes": "tomato", "echoes": "echo", "vetoes": "veto", "cargoes": "cargo",
	"shoes": "shoe", "toes": "toe", "gases": "gas", "aliases": "alias", "biases": "bias", "canvases": "canvas",
	"atlases": "atlas", "lenses": "lens", "uses": "use", "excuses": "excuse", "muses": "muse", "fuses": "fuse",
	"abuses": "abuse", "menus": "menu", "gurus": "guru", "apis": "api", "uis": "ui", "kpis": "kpi", "uris": "uri",
	"taxis": "taxi", "emojis": "emoji", "wikis": "wiki", "skis": "ski",
}

// same are words that end like a plural and are none, or are their own.
var same = map[string]bool{
	"news": true, "series": true, "species": true, "lens": true, "gas": true, "alias": true, "bias": true,
	"canvas": true, "atlas": true, "always": true, "chaos": true, "cosmos": true, "sms": true, "gps": true,
	"dns": true, "tls": true, "css": true, "xss": true, "https": true, "qps": true, "os": true, "ios": true,
	"is": true, "as": true, "us": true, "has": true, "means": true, "ethos": true, "christmas": true, "kudos": true,
}

func singularWord(w string) string {
	if s, ok := irregular[w]; ok {
		return s
	}
	cut := func(n int) string { return w[:len(w)-n] }
	switch {
	case same[w], len(w) < 3, !strings.HasSuffix(w, "s"):
		return w
	case hasAnySuffix(w, "ss", "us", "is"):
		return w // address, status, analysis
	case strings.HasSuffix(w, "ies"):
		return cut(3) + "y" // categories
	case hasAnySuffix(w, "sses", "shes", "ches", "xes", "zzes"):
		return cut(2) // addresses, dishes, matches, boxes
	case hasAnySuffix(w, "auses", "ouses"):
		return cut(1) // causes, houses
	case strings.HasSuffix(w, "uses"):
		return cut(2) // statuses, buses
	default:
		return cut(1)
	}
}

func hasAnySuffix(w string, suffixes ...string) bool {
	for _, s := range suffixes {
		if strings.HasSuffix(w, s) {
			return true
		}
	}
	return false
}
