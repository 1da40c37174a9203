package docx

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

const (
	wordNS    = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	relNS     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageNS = "http://schemas.openxmlformats.org/package/2006/"
	wordType  = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// Measures of GB/T 9704-2012, 5.2, in twentieths of a point: margins of 37 mm above and 28 mm to the
// left, a type area of 156 by 225 mm, in which 22 lines have 579 each.
const (
	pageWidth, pageHeight = 11906, 16838
	marginTop, marginLeft = 2098, 1587
	typeWidth, typeHeight = 8844, 12756
	marginRight           = pageWidth - marginLeft - typeWidth
	marginBottom          = pageHeight - marginTop - typeHeight
	lineHeight            = 579
)

// section ends the body: the page, and its number in the footers.
var section = fmt.Sprintf(`<w:sectPr><w:footerReference w:type="default" r:id="odd"/><w:footerReference w:type="even" r:id="even"/>`+
	`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="1417" w:gutter="0"/>`+
	`<w:docGrid w:type="lines" w:linePitch="%d"/></w:sectPr>`,
	pageWidth, pageHeight, marginTop, marginRight, marginBottom, marginLeft, lineHeight)

var contentTypes = xml.Header + `<Types xmlns="` + packageNS + `content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="` + wordType + `document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="` + wordType + `styles+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="` + wordType + `settings+xml"/>` +
	`<Override PartName="/word/fontTable.xml" ContentType="` + wordType + `fontTable+xml"/>` +
	`<Override PartName="/word/footer1.xml" ContentType="` + wordType + `footer+xml"/>` +
	`<Override PartName="/word/footer2.xml" ContentType="` + wordType + `footer+xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`

// parts returns the names and texts of the parts beside the document itself.
func parts(props Properties, links []string) [][2]string {
	var rels strings.Builder
	for i, r := range [][2]string{{"styles", "styles.xml"}, {"settings", "settings.xml"}, {"fontTable", "fontTable.xml"}} {
		fmt.Fprintf(&rels, `<Relationship Id="part%d" Type="%s/%s" Target="%s"/>`, i, relNS, r[0], r[1])
	}
	rels.WriteString(`<Relationship Id="odd" Type="` + relNS + `/footer" Target="footer1.xml"/><Relationship Id="even" Type="` + relNS + `/footer" Target="footer2.xml"/>`)
	for i, address := range links {
		fmt.Fprintf(&rels, `<Relationship Id="link%d" Type="%s/hyperlink" Target="%s" TargetMode="External"/>`, i, relNS, escape(address))
	}
	relationships := func(s string) string {
		return xml.Header + `<Relationships xmlns="` + packageNS + `relationships">` + s + `</Relationships>`
	}
	return [][2]string{
		{"_rels/.rels", relationships(`<Relationship Id="document" Type="` + relNS + `/officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="core" Type="` + packageNS + `relationships/metadata/core-properties" Target="docProps/core.xml"/>`)},
		{"word/_rels/document.xml.rels", relationships(rels.String())},
		{"word/styles.xml", stylesPart(props.Lang)},
		{"word/settings.xml", xml.Header + `<w:settings xmlns:w="` + wordNS + `"><w:zoom w:percent="100"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>` +
			`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`},
		{"word/fontTable.xml", fontTable},
		{"word/footer1.xml", footer("right")},
		{"word/footer2.xml", footer("left")},
		{"docProps/core.xml", core(props)},
	}
}

// footer is the page number between dashes, SimSun 14 pt, one character from the outer edge (7.5).
func footer(side string) string {
	field := func(kind string) string { return `<w:r><w:fldChar w:fldCharType="` + kind + `"/></w:r>` }
	return xml.Header + `<w:ftr xmlns:w="` + wordNS + `"><w:p><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="` + side + `"/></w:pPr>` +
		`<w:r><w:t xml:space="preserve">— </w:t></w:r>` + field("begin") + `<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` +
		field("separate") + `<w:r><w:t>1</w:t></w:r>` + field("end") + `<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`
}

func core(p Properties) string {
	created := ""
	if !p.Created.IsZero() {
		created = `<dcterms:created xsi:type="dcterms:W3CDTF">` + p.Created.UTC().Format(time.RFC3339) + `</dcterms:created>`
	}
	return xml.Header + `<cp:coreProperties xmlns:cp="` + packageNS + `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
		` xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` + escape(p.Title) +
		`</dc:title><dc:creator>` + escape(p.Creator) + `</dc:creator>` + created + `</cp:coreProperties>`
}

// fontTable names what to take where the fonts of the standard are not installed: those that every
// Windows has.
var fontTable = func() string {
	var b strings.Builder
	b.WriteString(xml.Header + `<w:fonts xmlns:w="` + wordNS + `">`)
	for _, f := range [][2]string{{fangsong, "FangSong"}, {kaiti, "KaiTi"}, {heiti, "SimHei"}, {xiaobiaosong, "SimSun"}, {songti, "SimSun"}} {
		fmt.Fprintf(&b, `<w:font w:name="%s"><w:altName w:val="%s"/><w:charset w:val="86"/></w:font>`, f[0], f[1])
	}
	b.WriteString(`</w:fonts>`)
	return b.String()
}()

// The fonts of GB/T 9704-2012.
const (
	fangsong     = "仿宋_GB2312"
	kaiti        = "楷体_GB2312"
	heiti        = "黑体"
	xiaobiaosong = "方正小标宋简体"
	songti       = "宋体"
)

func stylesPart(lang string) string {
	if lang == "" {
		lang = "zh-CN"
	}
	var b strings.Builder
	fonts := func(name string) string {
		return fmt.Sprintf(`<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="%s"/>`, name)
	}
	fmt.Fprintf(&b, `%s<w:styles xmlns:w="%s"><w:docDefaults><w:rPrDefault><w:rPr>%s<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="%s" w:eastAsia="%s"/></w:rPr></w:rPrDefault>`+
		`<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/><w:jc w:val="both"/></w:pPr></w:pPrDefault></w:docDefaults>`,
		xml.Header, wordNS, fonts(fangsong), escape(lang), escape(lang), lineHeight)
	// size is in halves of a point; level is that of the outline, 0 for none.
	style := func(id, name, paragraph, run string, level int) {
		if level > 0 {
			paragraph = `<w:keepNext/>` + paragraph + fmt.Sprintf(`<w:outlineLvl w:val="%d"/>`, level-1)
		}
		attribute := ""
		if id == "Body" {
			attribute = ` w:default="1"`
		}
		fmt.Fprintf(&b, `<w:style w:type="paragraph"%s w:styleId="%s"><w:name w:val="%s"/><w:qFormat/><w:pPr>%s</w:pPr><w:rPr>%s</w:rPr></w:style>`, attribute, id, name, paragraph, run)
	}
	const indent = `<w:ind w:firstLineChars="200" w:firstLine="640"/>`
	style("Body", "Normal", indent, "", 0)
	style("Flush", "Salutation", ``, "", 0)
	style("Title", "Title", `<w:keepNext/><w:spacing w:before="0" w:after="579" w:line="700" w:lineRule="exact"/><w:jc w:val="center"/>`,
		fonts(xiaobiaosong)+`<w:sz w:val="44"/><w:szCs w:val="44"/>`, 0)
	style("Heading1", "heading 1", indent, fonts(heiti), 1)
	style("Heading2", "heading 2", indent, fonts(kaiti), 2)
	style("Heading3", "heading 3", indent, `<w:b/>`, 3)
	style("Signature", "Signature", `<w:ind w:right="640"/><w:jc w:val="right"/>`, "", 0)
	style("Caption", "caption", `<w:keepNext/><w:jc w:val="center"/>`, fonts(heiti)+`<w:sz w:val="28"/><w:szCs w:val="28"/>`, 0)
	style("Cell", "Table Text", `<w:snapToGrid w:val="0"/><w:spacing w:before="40" w:after="40" w:line="300" w:lineRule="atLeast"/><w:jc w:val="left"/>`, `<w:sz w:val="24"/><w:szCs w:val="24"/>`, 0)
	style("AfterTable", "After Table", `<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="200" w:lineRule="exact"/>`, `<w:sz w:val="8"/>`, 0)
	style("Footer", "footer", `<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:left="280" w:right="280"/>`,
		fmt.Sprintf(`<w:rFonts w:ascii="%s" w:hAnsi="%s" w:eastAsia="%s"/><w:sz w:val="28"/><w:szCs w:val="28"/>`, songti, songti, songti), 0)
	b.WriteString(`<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="0B4EA2"/><w:u w:val="single"/></w:rPr></w:style>`)
	b.WriteString(`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		b.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
	}
	b.WriteString(`</w:tblBorders><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`)
	return b.String()
}
