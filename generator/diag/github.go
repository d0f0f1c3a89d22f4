package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteGitHub prints l as workflow commands of GitHub Actions, which shows
// them at the lines of a pull request.
func WriteGitHub(w io.Writer, l List) error {
	buf := bufio.NewWriter(w)
	for _, d := range l.Sorted() {
		message := d.Message
		if d.Help != "" {
			message += "\n" + d.Help
		}
		WriteGitHubCommand(buf, d.Severity.String(), d.Pos, string(d.Code), message)
	}
	return buf.Flush()
}

// WriteGitHubCommand prints one workflow command: level is error, warning or
// notice.
func WriteGitHubCommand(w io.Writer, level string, pos Pos, title, message string) {
	fmt.Fprintf(w, "::%s ", level)
	if pos.File != "" {
		fmt.Fprintf(w, "file=%s,", githubProperty.Replace(pos.File))
	}
	if pos.IsValid() {
		fmt.Fprintf(w, "line=%d,col=%d,", pos.Line, pos.Col)
		if pos.EndCol > pos.Col {
			fmt.Fprintf(w, "endColumn=%d,", pos.EndCol)
		}
	}
	fmt.Fprintf(w, "title=%s::%s\n", githubProperty.Replace(title), githubData.Replace(message))
}

// What workflow commands cannot hold as it is.
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
