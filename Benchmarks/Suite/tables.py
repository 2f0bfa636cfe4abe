"""Tables in Markdown."""


def table(title, header, rows):
    lines = [f"**{title}**" if title else "", "", _line(header), _line(["---"] * len(header)), *map(_line, rows)]
    return "\n".join(lines).strip() + "\n"


def _line(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
