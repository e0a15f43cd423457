"""What a page hangs around a story: share bars, counts of comments, bare photo credits, menus, links to more stories.

How the rules are applied says `boilerplate`.
"""

from __future__ import annotations

from index.appeals import SITES, Rules

_AGENCY = (
    r"(?:getty(?: images)?|reuters|ap(?: photo)?|associated press|afp|epa|pa(?: wire| media)?|shutterstock"
    r"|istock|alamy"
    r"|bloomberg|anadolu(?: agency)?|zuma(?: press)?|rex(?: features)?|dpa|xinhua|sipa(?: usa)?|nurphoto"
    r"|unsplash"
    r"|adobe stock|imago|tass|kyodo|usa today sports|file)"
)
# A full stop follows an initial or a short form, not a word: "MP Ann Reed. Jo Hill/Reuters" is a caption with a credit.
_WORD = r"[A-Z](?:\.(?:[A-Z]\.)*|[\w'’-]{0,2}\.|[\w'’-]*)"
_NAME = rf"(?-i:{_WORD}(?: (?:{_WORD}|de|da|del|dos|van|von|der|den|bin|al|el|la|le)){{0,5}})"

LINE: Rules = {
    "link teaser": (
        r"(?:read|see|watch|view) more\s*(?:[:>»→]|here\b|about\b|on\b|from\b|at\b)[^\n]{0,160}\Z",
        # With a full stop this may be the story's own advice: "Find out more at the town hall."
        r"(?:learn|find out) more\s*(?:[:>»→]|here\b|about\b|on\b|from\b|at\b)[^\n]{0,160}(?:[^\n.]|here ?\.)\Z",
        r"read more(?-i:(?=[A-Z0-9‘“'\"]))[^\n]{4,160}\Z",
        r"(?:read|see|view) (?:the|our) (?:full|whole|complete|original) (?:story|column|article|report|investigation"
        r"|interview|series)\s*(?:[:>»→]|here\b|at\b|on\b|\.?\Z)[^\n]{0,160}\Z",
        r"(?:related(?: (?:articles?|stor(?:y|ies)|links?|content|coverage|reading|topics?|news|video))?|more|more "
        r"(?:on this|from [\w ]{2,30})"
        r"|see also|also read|also see|don['’]t miss|read also|recommended|must read|further reading|read next|watch"
        r"|watch live|in case you missed it)"
        r"\s*:\s*(?-i:[^\sa-z])[^\n]{2,180}\Z",
        r"(?:photos|videos?|graphics?|gallery|slideshow|in pictures|podcast)\s*:[^\n]{4,160}[^\n.!?]\Z",
        r"(?:continue|keep) reading\b[^\n]{0,40}\Z",
        r"(?:the )?(?:story|article) continues below\b[^\n]{0,40}\Z",
        r"(?:click|tap) (?:here|below|the link)\b[^\n]{0,80}\b(?:read|watch|see|subscribe|full|more|sign)\b",
        r"[►▶➤➜→»•*-]\s*(?:more|related|read more|see also|watch)\s*:\s*[^\n]{4,180}\Z",
        r"[►▶➤]\s?[^\n:.]{3,60}:(?=[“\"‘'A-Z])(?:\S+\s+){3,}[^\n]*[^\n.!?:;”\"]\Z",
    ),
}

WHOLE: Rules = {
    "share bar": (
        r"(?:share|tweet|share this(?: article| story| page| post)?|share (?:on|via|to|with) [\w ]{2,40}|copy "
        r"(?:link|url)|link copied[!.]?"
        r"|copied to clipboard[!.]?|print(?: this)?(?: article| page| story)?|save(?: for later| article| this)"
        r"|e-?mail this(?: article| story)?"
        r"|send (?:to|by) [\w -]{3,30}|click to (?:share|e-?mail|print)\b[\w ()-]{0,60}|bookmark"
        r"|gift (?:this )?article|listen|listen to (?:this|the) (?:article|story))(?:\W*\(\d+\s\w+\))?[\W\d]*",
        rf"(?:(?:share|print|save|tweet|post|comments?|copy link|like|{SITES})\b(?:\s+(?:on|via|by|this"
        rf"|article))?[\s|/·•,:&+-]*){{2,}}",
        rf"(?:[A-Z][A-Z ]{{3,40}}:\s*)(?:{SITES}\s*\|\s*)+{SITES}\W*",
    ),
    "comments": (
        r"\(?[\d.,]+\s?[km]?\)?\s*(?:comments?|shares?|likes?|views?|retweets?|reactions?|claps?)\W*",
        r"(?:(?:show|view|see|load|read|hide|join|post|add|leave|write)(?: all| the| a| your| more)?(?: [\d,.]+)? "
        r"(?:comments?|discussion|conversation|reply)"
        r"|comments? (?:are )?(?:closed|disabled|off)|be the first to (?:comment|reply)|no comments(?: yet)?"
        r"|comments?(?: section)?(?:\s*\(?\d+\)?)?"
        r"|what do you think\? (?:leave|post|share|join)\b[^\n]{0,60})\W*",
    ),
    "photo credit": (
        r"[(\[]?(?:photo|image|picture|video|illustration|graphic)s?(?: (?:credit|source|courtesy))?\s*(?::|©|/"
        r"|\bby:?(?= (?-i:[A-Z])))"
        r"\s*[^\n.]{2,80}[)\].]?",
        r"[(\[]?(?:credit|source image|image credit|photo credit|picture credit)\s*:\s*[^\n.]{2,80}[)\].]?",
        rf"[(\[]?(?:{_NAME}\s*[/|]\s*){{1,4}}(?:via )?{_AGENCY}(?:\s*[/|]\s*{_NAME}){{0,3}}[)\].]*",
        rf"[(\[]?(?:{_NAME}, )?(?:via )?(?:getty images|afp via getty images|shutterstock|alamy)[)\].]*",
        rf"\({_AGENCY} ?(?:photo|file|pool)?\s*/[^\n)]{{2,60}}\)",
        r"(?:hide|show|view|toggle) caption(?: \d+ of \d+)?\W*",
        r"(?:image|photo|slide|picture) \d+ of \d+\W*",
        r"(?:this )?(?:photo|image|picture)(?: supplied| provided)? (?:courtesy of|supplied by"
        r"|provided by)\s[^\n.]{2,80}\.?",
    ),
    "navigation": (
        r"(?:skip to (?:main )?(?:content|navigation)|back to (?:top|home(?:page)?)|go to (?:top|homepage)"
        r"|up next|now playing|play video|video player|load more|show more|(?:view|open|see) (?:the )?gallery"
        r"|see all|view all|previous article|next article"
        r"|text size|increase text size|toggle navigation|open menu|print edition|advertise|contact us|about us)\W*",
        r"home(?:\s*[>›»/]\s*[\w &'-]{2,40}){1,5}\s*",
        r"(?:\d{1,2}|one|two|three|five) ?-?min(?:ute)?s?(?: read| to read)\W*",
        r"(?:reading|read) time\s*:?\s*\d[\w ]{0,12}",
    ),
    "link teaser": (
        r"(?:read|see|show|load|find out|discover|learn) more\W*",
        r"(?:related|read next|see also|further reading|recommended(?: (?:reading|for you|stories))?|you (?:may"
        r"|might) (?:also )?(?:like|be interested in)[\w ]{0,16}"
        r"|more (?:on this(?: story| topic)?|stories|news|from (?:the )?[\w ]{2,30}|like this)|most (?:read|popular"
        r"|viewed|shared)(?: (?:stories|articles|in \w+))?|trending(?: now| stories)?"
        r"|related (?:articles?|stor(?:y|ies)|links?|content|coverage|reading|topics?|news|tags?)|popular now"
        r"|latest (?:stories|headlines|news)"
        r"|editor['’]s (?:picks?|choice)|top stories|don['’]t miss|explore more|what to read next)\W*",
        r"(?:tags?|topics|filed under|categories|keywords)\s*:\s*[^\n.]{2,160}",
    ),
}

BOX: Rules = {
    "navigation": (r"(?:home|menu|search|close|next|previous|sections?|news|log in|sign in)\W*",),
    "share bar": (rf"{SITES}\W*", r"(?:like|save|post|pin|more|send|link|x|copy|embed)\W*"),
}
