"""Workbooks for tests, made part by part, so that each oddity of the format can be asked for."""

import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def column(index):
    name = ""
    while index >= 0:
        name, index = chr(ord("A") + index % 26) + name, index // 26 - 1
    return name


class Date(float):
    """A serial day that is shown as a date."""


class Raw(str):
    """A cell's own XML, with {place} for its place."""


class Book:
    def __init__(self, name="表1", prefix=""):
        self.sheets = [(name, False)]
        self.strings, self.rows, self.prefix = [], {}, prefix
        self.columns, self.tail, self.hidden, self.old_days = "", "", set(), False

    def fill(self, rows, first=1):
        for number, cells in enumerate(rows, first):
            self.rows[number] = cells
        return self

    def cell(self, place, value):
        if isinstance(value, Raw):
            return value.format(place=place)
        if isinstance(value, Date):
            return f'<c r="{place}" s="1"><v>{value:g}</v></c>'
        if isinstance(value, (int, float)):
            return f'<c r="{place}"><v>{value!r}</v></c>'
        if value == "":
            return ""
        self.strings.append(value if value.startswith("<") else f"<t>{escape(value)}</t>")
        return f'<c r="{place}" t="s"><v>{len(self.strings) - 1}</v></c>'

    def sheet(self):
        rows = []
        for number, cells in sorted(self.rows.items()):
            body = "".join(self.cell(f"{column(i)}{number}", v) for i, v in enumerate(cells))
            hidden = ' hidden="1"' if number in self.hidden else ""
            rows.append(f'<row r="{number}"{hidden}>{body}</row>')
        return (f'<worksheet xmlns="{MAIN}" xmlns:r="{REL}">{self.columns}<sheetData>'
                f'{"".join(rows)}</sheetData>{self.tail}</worksheet>')

    def parts(self):
        sheet = self.sheet()
        listed = "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="rId{i}"'
                         f'{" state=" + chr(34) + "hidden" + chr(34) if h else ""}/>'
                         for i, (n, h) in enumerate(self.sheets, 1))
        related = "".join(f'<Relationship Id="rId{i}" Type="{REL}/worksheet" '
                          f'Target="worksheets/sheet{i}.xml"/>'
                          for i in range(1, len(self.sheets) + 1))
        days = '<workbookPr date1904="1"/>' if self.old_days else ""
        return {
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">{days}<sheets>{listed}'
                               '</sheets></workbook>',
            "xl/_rels/workbook.xml.rels":
                f'<Relationships xmlns="{PACKAGE}">{related}'
                f'<Relationship Id="s" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
                f'<Relationship Id="y" Type="{REL}/styles" Target="/xl/styles.xml"/>'
                '</Relationships>',
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" '
                             'formatCode="[$-411]ggge&quot;年&quot;m"/></numFmts><cellStyleXfs>'
                             '<xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
                             '<xf numFmtId="200"/></cellXfs></styleSheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">' +
                                    "".join(f"<si>{s}</si>" for s in self.strings) + "</sst>",
            **{f"xl/worksheets/sheet{i}.xml": sheet if i == 1 else
               f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
               for i in range(1, len(self.sheets) + 1)},
        }

    def write(self, path, pack=True, **instead):
        """instead: parts by their last name (without .xml), as other text."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if pack else
                             zipfile.ZIP_STORED) as z:
            for name, text in self.parts().items():
                text = instead.get(name.split("/")[-1].split(".")[0], HEAD + text)
                info = zipfile.ZipInfo(name, (2026, 4, 1, 0, 0, 0))
                info.compress_type = z.compression
                z.writestr(info, text)
        return path
