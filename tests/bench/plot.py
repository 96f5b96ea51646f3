"""A small writer of SVG: bars on a logarithmic axis, in groups. Nothing but text goes in or out."""
import html
import math

WIDTH, LEFT, RIGHT, BAR, GAP, HEAD = 860, 250, 110, 16, 14, 54
COLOURS = ("#00579c", "#b0b7bf")  # ours, others
INK = "#1f2328"


def text(x, y, said, size=12, anchor="start", weight="normal"):
    return ('<text x="%.1f" y="%.1f" font-size="%d" text-anchor="%s" font-weight="%s" fill="%s">%s'
            "</text>" % (x, y, size, anchor, weight, INK, html.escape(said)))


def decades(low, high):
    return range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)


def grid(scale, low, high, height, unit):
    out = []
    for power in decades(low, high):
        x = scale(10.0 ** power)
        out.append('<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#d5d9de"/>'
                   % (x, HEAD - 8, x, height - 8))
        out.append(text(x, HEAD - 12, unit(10.0 ** power), 10, "middle"))
    return out


def bars(title, groups, unit):
    """groups: [(name, [(label, value, ours)])], values above 0. unit writes a value for a person."""
    values = [v for _, rows in groups for _, v, _ in rows]
    powers = decades(min(values), max(values))
    low, high = 10.0 ** powers[0], 10.0 ** powers[-1]
    span = math.log10(high / low) or 1

    def scale(value):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(value / low) / span

    count = sum(len(rows) for _, rows in groups)
    height = HEAD + count * BAR + len(groups) * (GAP + 20) + 10
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" '
           'font-family="sans-serif">' % (WIDTH, height),
           "<title>%s</title>" % html.escape(title),
           '<rect width="100%" height="100%" fill="#ffffff"/>', text(12, 22, title, 15, "start", "bold")]
    out += grid(scale, low, high, height, unit)
    y = HEAD
    for name, rows in groups:
        out.append(text(12, y + 14, name, 12, "start", "bold"))
        y += 20
        for label, value, ours in rows:
            out.append(text(LEFT - 8, y + 12, label, 11, "end"))
            out.append('<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>'
                       % (LEFT, y + 2, max(1.0, scale(value) - LEFT), BAR - 4,
                          COLOURS[0 if ours else 1]))
            out.append(text(scale(value) + 5, y + 12, unit(value), 11))
            y += BAR
        y += GAP
    return "\n".join(out + ["</svg>\n"])


SHADES = ("#00579c", "#b3261e", "#2e7d32", "#00579c", "#b3261e", "#2e7d32")


def lines(title, sizes, series):
    """series: [(name, values)] over sizes, both axes logarithmic; each series relative to its first value."""
    wide, high, left, top = 860, 420, 70, 50
    ratios = [[v / values[0] for v in values] for _, values in series]
    decades_x = math.log10(sizes[-1] / sizes[0])
    decades_y = max(1.0, math.log10(max(max(r) for r in ratios)))

    def point(size, ratio):
        x = left + (wide - left - 230) * math.log10(size / sizes[0]) / decades_x
        return x, top + (high - top - 50) * (1 - math.log10(max(ratio, 0.5)) / decades_y)

    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif">'
           % (wide, high), "<title>%s</title>" % html.escape(title),
           '<rect width="100%" height="100%" fill="#ffffff"/>', text(12, 22, title, 15, "start", "bold")]
    for size in sizes:
        x, y = point(size, 1)
        out.append(text(x, y + 20, format(size, ","), 11, "middle"))
        for power in range(math.ceil(decades_y) + 1):
            out.append('<circle cx="%.1f" cy="%.1f" r="1.5" fill="#b0b7bf"/>' % point(size, 10.0 ** power))
    for power in range(math.floor(decades_y) + 1):
        out.append(text(left - 12, point(sizes[0], 10.0 ** power)[1] + 4, "×%d" % 10 ** power, 11, "end"))
    ends = sorted(range(len(series)), key=lambda i: ratios[i][-1], reverse=True)
    for place, i in enumerate(ends):
        path = " ".join("%.1f,%.1f" % point(s, r) for s, r in zip(sizes, ratios[i]))
        dash = ' stroke-dasharray="5 4"' if i >= len(SHADES) // 2 else ""
        out.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="2"%s/>'
                   % (path, SHADES[i % len(SHADES)], dash))
        out.append(text(wide - 218, top + 14 + 18 * place,
                        "%s: ×%.1f" % (series[i][0], ratios[i][-1]), 11))
    return "\n".join(out + ["</svg>\n"])
