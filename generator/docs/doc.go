// Package docs writes documentation of stores for people: Markdown with a
// Mermaid diagram, or one HTML page that needs nothing else, with an SVG.
//
//	model.Package ──describe──▶ page ──templates/docs──▶ Markdown, HTML
//	                             └───layout──▶ SVG of buckets and refs
//
// What a key means is said by package rules, so a new constraint is documented
// without a change here. Text of a definition is data: it is escaped for the
// form it stands in.
package docs
