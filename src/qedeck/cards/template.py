"""How cards look in Anki."""

from __future__ import annotations

CHANGED = 1_796_086_000
"""When the texts below last changed: Anki takes them over only from a newer notetype."""

FOOT = """
{{#Notice}}<p class="notice">⚠ {{Notice}}</p>{{/Notice}}
<p class="foot">
{{#Verified}}<span class="verified">{{Verified}}</span><br>{{/Verified}}
<span class="source">{{Source}}</span>
</p>
"""

CONTEXT = '{{#Context}}<p class="context">{{Context}}</p>{{/Context}}\n'
BASIC_FRONT = CONTEXT + '<div class="front">{{Front}}</div>'
BASIC_BACK = '{{FrontSide}}\n<hr id="answer">\n<div class="back">{{Back}}</div>' + FOOT
CLOZE_FRONT = CONTEXT + '<div class="front">{{cloze:Text}}</div>'
CLOZE_BACK = (
    CONTEXT + '<div class="front">{{cloze:Text}}</div>\n'
    '{{#Extra}}<hr id="answer">\n<div class="back">{{Extra}}</div>{{/Extra}}' + FOOT
)


def statement(kind: str) -> tuple[str, str]:
    """Front and back of a kind of card that statements give: empty, and so no card, without a
    front.
    """
    name = kind.capitalize()
    front = f'{{{{#{name} front}}}}{CONTEXT}<div class="front">{{{{{name} front}}}}</div>'
    back = f'{{{{FrontSide}}}}\n<hr id="answer">\n<div class="back">{{{{{name} back}}}}</div>{FOOT}'
    return f"{front}{{{{/{name} front}}}}", back


STYLE = """
.card {
  --quiet: #57606a; --line: #d0d7de; --panel: #f6f8fa; --warn: #9a2a00; --link: #0550ae;
  --key: #a0111f; --name: #6639ba; --string: #0a3069; --number: #0550ae; --remark: #57606a;
  font-family: system-ui, sans-serif; font-size: 20px; line-height: 1.5;
  max-width: 42rem; margin: 0 auto; padding: 0 0.75rem; text-align: left;
}
.card.nightMode, .nightMode .card {
  --quiet: #9da7b1; --line: #444c56; --panel: #22272e; --warn: #ffb088; --link: #8cc2ff;
  --key: #ff938a; --name: #dcbdfb; --string: #a5d6ff; --number: #8cc2ff; --remark: #9da7b1;
}
a { color: var(--link); }
img { max-width: 100%; background: #fff; }
mjx-container[display="true"] { max-width: 100%; overflow-x: auto; overflow-y: hidden; }
.cloze { font-weight: bold; color: var(--link); }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: 0.2em 0.6em; }
pre.code { background: var(--panel); padding: 0.6em 0.8em; overflow-x: auto; font-size: 0.8em; }
pre.code .k, pre.code .kn, pre.code .kc, pre.code .ow { color: var(--key); }
pre.code .nf, pre.code .nc, pre.code .nb, pre.code .nn { color: var(--name); }
pre.code .s, pre.code .s1, pre.code .s2, pre.code .sd, pre.code .sa { color: var(--string); }
pre.code .m, pre.code .mi, pre.code .mf { color: var(--number); }
pre.code .c, pre.code .c1, pre.code .cm { color: var(--remark); font-style: italic; }
.context { color: var(--quiet); font-size: 0.75em; margin: 0 0 1em; }
.title { font-weight: 600; }
.ask { color: var(--quiet); }
.from { color: var(--quiet); font-size: 0.8em; }
.foot { color: var(--quiet); font-size: 0.7em; margin-top: 1.5em; }
.notice { color: var(--warn); border: 1px solid; padding: 0.4em 0.8em; }
"""
