"""The rules of cleaning: what a line has to look like, from its first character on, not to be the story.

Each rule is a name and patterns. LINE rules must match from a line's start; WHOLE rules must match all of it; BOX
rules match all of a line too, but only count beside a line already dropped, since alone they may well be a heading.
"""

from __future__ import annotations

import re

_SITES = (
    r"(?:facebook|twitter|x|instagram|linkedin|whatsapp|pinterest|reddit|telegram|tiktok|youtube|flipboard"
    r"|threads|bluesky|mastodon|messenger|snapchat|tumblr|pocket|google news|apple news|e-?mail)"
)
_AGENCY = (
    r"(?:getty(?: images)?|reuters|ap(?: photo)?|associated press|afp|epa|pa(?: wire| media)?|shutterstock"
    r"|istock|alamy"
    r"|bloomberg|anadolu(?: agency)?|zuma(?: press)?|rex(?: features)?|dpa|xinhua|sipa(?: usa)?|nurphoto"
    r"|unsplash"
    r"|adobe stock|imago|tass|kyodo|usa today sports|file)"
)
_NAME = r"(?-i:[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|de|da|del|dos|van|von|der|den|bin|al|el|la|le)){0,5})"
_LETTER = (
    r"(?:newsletters?|e-?mails?|inbox|alerts?|briefings?|mailing list|bulletins?|(?:daily|weekly) digest"
    r"|round-?up)"
)
_LABEL = r"(?:[A-Z][A-Z'’ &-]{3,40}[A-Z]:\s*)?"

LINE: dict[str, tuple[str, ...]] = {
    "newsletter": (
        rf"(?:click here to |please )?(?:sign(?:ing)? up|subscribe|register)\b[^\n]{{0,220}}?\b{_LETTER}\b",
        r"(?:sign up|subscribe) (?:here|now|today)\b[^\n]{0,160}\Z",
        r"(?:get|receive|have|want|start|enjoy|smart|money|stay|the (?:best|latest|top|day|biggest)|never miss"
        r"|don['’]t miss|our|join"
        r"|all the|daily|weekly|need|save|top)\b[^\n]{0,160}?\b(?:to|in) (?:your|my) (?:inbox|phone|e-?mail)\b",
        r"(?:get|receive) (?:our|the|your)\b[^\n]{0,80}?\b(?:newsletter|daily briefing|mailing list)\b",
        r"(?:what['’]s everyone talking about|stay in the (?:conversation|know|loop)|never miss a \w+"
        r"|stay up-to-date)\b"
        r"[^\n]{0,80}?\b(?:sign up|subscribe|newsletter)\b",
        r"you can (?:also )?(?:unsubscribe|opt[ -]out)\b",
        r"by (?:signing up|subscribing|registering|submitting|entering your|clicking|providing your|joining|ticking)\b"
        r"[^\n]{0,160}?\b(?:you|i) (?:\w+ )?(?:agree|acknowledge|consent|accept|confirm|understand)\b",
        r"we use (?:mailchimp|sendgrid|substack|mailjet)\b",
        r"please (?:select at least one|enter a valid e-?mail|check your inbox|enter your e-?mail|tick)",
        r"we will use the (?:details|information) you (?:have )?(?:shared|provided|given)\b",
        r"if you wish to object to the use of your data\b",
        r"would you like to receive\b[^\n]{0,80}\bnewsletter",
        r"the \w+ newsletter provides you with\b",
        r"['‘]we['’] includes\b[^\n]{0,120}\bbrands\b",
        r"(?:editor['’]s note\W+)?(?:a version of )?this (?:story|article|column|piece|analysis)?\s*(?:(?:first"
        r"|originally|also) )?"
        r"(?:appear(?:s|ed)|is part of|was (?:first )?published|first appeared)\b[^\n]{0,120}?\bnewsletter\b",
        r"editor['’]s note\W+(?:sign up|subscribe|this is the \w+ edition of)\b",
        r"this is the (?:web|daily|weekly|e-?mail) (?:version|edition) of\b[^\n]{0,80}\bnewsletter",
        r"this site is protected by recaptcha\b",
        r"(?:\()?you can (?:also )?get [“\"'‘][^\n]{3,60} (?:delivered|sent) to your inbox\b",
        r"for more [\w ]{2,40}, sign up (?:to|for)\b",
        r"(?:if you|want|enjoy|like|love)\b[^\n?.]{0,160}[?,.][^\n]{0,60}?(?:sign up|subscribe)\b[^\n]{0,80}"
        r"\b(?:newsletter|inbox|here)\b",
    ),
    "subscription": (
        r"support (?:local|quality|our|strong|independent|great|the)? ?journalism\b",
        r"thank you for (?:supporting|reading and supporting|subscribing to|registering|signing up)\b",
        r"(?:please )?consider (?:supporting|subscribing to|becoming a subscriber|a subscription to)\b",
        r"(?:subscribe|become a (?:\w+ )?(?:subscriber|member)) (?:to|for|at|now|and|today)\b[^\n]{0,80}\Z",
        r"(?:these|this) (?:articles?|stor(?:y|ies)|content) (?:is|are) (?:only )?(?:for|available to"
        r"|exclusive to)\b[^\n]{0,50}subscribers\b",
        r"(?:already|not|not yet) (?:a|an) (?:subscriber|member)\?",
        r"(?:already|do you already) (?:have an account|registered|subscribed?)\b\W",
        r"(?:to )?(?:continue|keep) reading\b[^\n]{0,60}\b(?:subscribe|register|log in|sign in|free account|trial"
        r"|subscription)\b",
        r"(?:you have|you['’]ve) (?:\w+ )?(?:reached|read|used|\d+|one)\b[^\n]{0,60}\b(?:free|complimentary"
        r"|monthly) (?:articles?|limit|stories)\b",
        r"a free account gives you\b",
        r"(?:create|register for) (?:a|your) free account\b",
        r"unlock (?:this|unlimited|full) (?:article|story|access)\b",
        r"subscribe to the \w+ escape your echo chamber\b",
        r"your (?:subscription|support|donation) (?:makes|helps|is what)\b[^\n]{0,120}\b(?:journalis|work like this"
        r"|reporting|subscri)",
        r"please (?:log in|sign in|register|enable (?:java|cookies))\b",
        r"(?:javascript|cookies?) (?:is|are) (?:disabled|required|not enabled)\b[^\n]{0,60}\bbrowser\b",
    ),
    "cookie notice": (
        r"(?:we|we and our (?:\d+ )?partners|this (?:web)?site|our (?:web)?site|we at [\w ]{2,30}) (?:\w+ )?(?:uses?"
        r"|stores?) (?:\w+ ){0,3}cookies\b",
        r"by (?:continuing to|using|browsing)\b[^\n]{0,80}\b(?:site|website|browse)\b[^\n]{0,60}\b(?:you (?:agree"
        r"|consent|accept)|cookies)\b",
        r"(?:to (?:view|see|show) this (?:content|video|post|element)|this (?:content|video|post|article) "
        r"(?:is hosted|contains content))\b"
        r"[^\n]{0,160}\b(?:cookies|consent|preferences|provided by|third part)",
        r"we (?:need|ask for) your (?:consent|permission)\b[^\n]{0,100}\b(?:cookies|load|technologies)\b",
        r"(?:your privacy|we value your privacy|we care about your privacy)\b[^\n]{0,30}\Z",
    ),
    "advertising": (
        r"\d\. how relevant is this ad to you\b",
        r"video player was slow to load\b",
        r"video ad feedback\b[^\n]{0,300}\Z",
        r"(?:story|article|content)? ?continues? (?:reading )?(?:below|after) (?:this |the )?(?:ad|advertisement)\b",
        r"[–—-]*\s*recommendations are independently chosen by\b",
        r"(?:purchases you make through|if you (?:buy|purchase|click)\b[^\n]{0,80}\b(?:links?"
        r"|product)\b[^\n]{0,60}\b(?:may|might|can) earn)",
        r"(?:we|\w+(?: \w+)?) may (?:earn|receive|get) (?:an? |some )?(?:\w+ )?(?:commission|compensation)\b",
        r"prices (?:were|are) (?:accurate|correct) at the time (?:this article|of)\b",
        r"the product experts at \w+ have all your\b",
        r"(?:©\s?)?[\w./' ]{3,40} is an? [\w ]{2,30} content partner (?:offering|providing)\b",
        r"this (?:article|content|post) (?:is|was) (?:sponsored|paid for|brought to you) by\b",
    ),
    "social": (
        rf"(?:please )?(?:you can )?(?:follow|like|find|join|connect with|chat with|see) (?:us|me|our [\w ]{{3,30}}"
        rf"|the [\w ]{{3,40}}?team)\b[^\n]{{0,60}}?"
        rf"\b(?:on|via|at|@) ?{_SITES}?\b[^\n]{{0,160}}\Z",
        rf"(?:you can )?follow (?:reporter |columnist |correspondent |\w+ reporter )?[\w.'’&\- ]{{2,70}}?"
        rf"(?:\s*\(@\w+\))? (?:on|at) {_SITES}\b[^\n]{{0,160}}\Z",
        r"follow (?:[\w.'’&\- ]{2,60} )?(?:online |on )?@\w{2,30}\b[^\n]{0,80}\Z",
        rf"like (?:us|our page|this page)\b[^\n]{{0,40}}\bon {_SITES}\b",
        rf"{_SITES}\s*:\s*@?[\w.]+\s*\Z",
        r"[–—-]?\s*@\w{2,30}\s*\Z",
    ),
    "copyright": (
        r"(?:©|\(c\)|copyright\s*(?:©|\(c\)|\d{4}|by\b|\Z))[^\n]{0,200}\Z",
        r"(?:this|the) (?:material|content|article|story|website) may not be (?:published|reproduced|reprinted"
        r"|copied|republished)\b",
        r"(?:reproduction|republication|redistribution)\b[^\n]{0,80}\b(?:prohibited|forbidden|not permitted|without "
        r"(?:written )?permission)\b",
    ),
    "link teaser": (
        r"(?:read|see|learn|find out|watch|view) more\s*(?:[:>»→]|here\b|about\b|on\b|from\b|at\b)[^\n]{0,160}\Z",
        r"(?:related(?: (?:articles?|stor(?:y|ies)|links?|content|coverage|reading|topics?|news|video))?|more|more "
        r"(?:on this|from [\w ]{2,30})"
        r"|see also|also read|also see|don['’]t miss|read also|recommended|must read|further reading|read next|watch"
        r"|watch live|in case you missed it)"
        r"\s*:\s*(?-i:[^\sa-z])[^\n]{2,180}\Z",
        r"(?:photos|videos?|graphics?|gallery|slideshow|in pictures|podcast)\s*:[^\n]{4,160}[^\n.!?]\Z",
        r"(?:continue|keep) reading\b[^\n]{0,40}\Z",
        r"(?:story|article) continues below\b[^\n]{0,40}\Z",
        r"(?:click|tap) (?:here|below|the link)\b[^\n]{0,80}\b(?:read|watch|see|subscribe|full|more|sign)\b",
        r"[►▶➤➜→»•*-]\s*(?:more|related|read more|see also|watch)\s*:\s*[^\n]{4,180}\Z",
        r"[►▶➤]\s?[^\n:.]{3,60}:(?=[“\"‘'A-Z])(?:\S+\s+){3,}[^\n]*[^\n.!?:;”\"]\Z",
    ),
}

WHOLE: dict[str, tuple[str, ...]] = {
    "newsletter": (
        r"(?:sign up|subscribe|newsletter(?:s| signup| sign-up)?|email sign-?up|free newsletters?|our newsletters?)\W*",
        r"get the (?:best|latest|top) (?:\w+ ){0,4}(?:straight |delivered |sent )?(?:to|in) your inbox\W*",
        rf"{_LABEL}(?:sign up|subscribe|get|follow)\b[^\n]{{0,120}}\b(?:newsletter|inbox|daily updates"
        rf"|delivered daily)\b[^\n]{{0,40}}",
        r"[A-Z][A-Z'’ &-]{2,40} NEWSLETTER:[^\n]{4,160}",
        r"(?:name: )?your e-?mail address\b[^\n]{0,300}",
        r"(?:enter |type )?(?:your )?e-?mail(?: address)?\s*[*:]?\s*(?:sign up|subscribe|submit|required)",
        r"i (?:would|['’]d) like to (?:be e-?mailed|receive)\b[^\n]{0,200}",
        r"(?:invalid|thanks?(?: you)? for) (?:e-?mail|subscribing|signing up)\W*[^\n]{0,60}",
        r"thanks?(?: you)?[!.]? (?:check your (?:inbox|e-?mail)|you (?:are|have been|have) (?:now )?(?:subscribed"
        r"|signed up|successfully subscribed))[^\n]{0,60}",
        r"no spam\W[^\n]{0,60}",
    ),
    "subscription": (
        r"(?:log in|sign in|register|log in or register|sign in or register|subscribe (?:now|today)"
        r"|subscriber[- ]only|my account"
        r"|(?:for|just for|exclusive (?:for|to)) subscribers?|start (?:your|my) (?:free )?trial)\W*",
        r"(?:for|just for|exclusive (?:for|to)) subscribers:[^\n]{0,160}",
        r"get (?:unlimited|full|digital) (?:digital )?access\b[^\n]{0,80}",
    ),
    "cookie notice": (
        r"(?:accept|reject|allow|decline|manage|customi[sz]e)(?: all| optional| my)? cookies\W*",
        r"cookie (?:policy|settings|preferences|notice|consent)\W*",
        r"(?:manage|customi[sz]e|privacy) (?:preferences|settings|choices|policy)(?:\s*[|·•]\s*[\w ]{3,30})*\W*",
        r"do not sell (?:or share )?my (?:personal )?info(?:rmation)?\W*",
        r"terms (?:of (?:use|service)|and conditions|& conditions)(?:\s*[|·•]\s*[\w &]{3,30})*\W*",
    ),
    "advertising": (
        r"[-–—(\[\s]*(?:advertisements?|ad|ads|sponsored(?: content| post)?|paid (?:content|post|partnership)"
        r"|promoted(?: content)?|ad feedback"
        r"|skip ad(?:vertisement)?|scroll to continue(?: with content)?|presented by|partner content|remove ads"
        r"|advertise with us)[-–—)\]\s:.]*",
        r"advertisement\W+[^\n]{0,40}\b(?:continue|scroll|story)[^\n]{0,40}",
    ),
    "share bar": (
        r"(?:share|tweet|share this(?: article| story| page| post)?|share (?:on|via|to|with) [\w ]{2,40}|copy "
        r"(?:link|url)|link copied[!.]?"
        r"|copied to clipboard[!.]?|print(?: this)?(?: article| page| story)?|save(?: for later| article| this)"
        r"|e-?mail this(?: article| story)?"
        r"|send (?:to|by) [\w -]{3,30}|click to (?:share|e-?mail|print)\b[\w ()-]{0,60}|bookmark"
        r"|gift (?:this )?article|listen|listen to (?:this|the) (?:article|story))(?:\W*\(\d+\s\w+\))?[\W\d]*",
        rf"(?:(?:share|print|save|tweet|post|comments?|copy link|like|{_SITES})\b(?:\s+(?:on|via|by|this"
        rf"|article))?[\s|/·•,:&+-]*){{2,}}",
        rf"(?:[A-Z][A-Z ]{{3,40}}:\s*)(?:{_SITES}\s*\|\s*)+{_SITES}\W*",
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

BOX: dict[str, tuple[str, ...]] = {
    "subscription": (r"(?:[•*-]\s*)?(?:unlimited|early|full|exclusive|ad-free) access to\b[^\n]{0,80}[^\n.]",),
    "newsletter": (
        r"(?:e-?mail(?: address)?|your e-?mail|name|first name|submit|go|ok|yes|no thanks|thank you|success|error"
        r"|required|sign me up|join|close|privacy policy)\W*",
        r"[^\n]{0,200}\b(?:unsubscribe|privacy (?:policy|notice)|mailing list|your inbox|newsletter|our e-?mails"
        r"|terms of (?:use|service)|spam)\b[^\n]{0,300}",
        r"(?:delivered|sent) (?:daily|weekly|every|straight|free|direct)\b[^\n]{0,80}",
        r"(?:a|your|our|the) (?:free )?(?:daily|weekly|morning|evening) (?:e-?mail|digest|guide|round-?up|briefing"
        r"|dose)\b[^\n]{0,120}",
    ),
    "navigation": (r"(?:home|menu|search|close|next|previous|sections?|news|log in|sign in)\W*",),
    "share bar": (rf"{_SITES}\W*", r"(?:like|save|post|pin|more|send|link|x|copy|embed)\W*"),
    "cookie notice": (
        r"(?:accept|reject|allow|decline)(?: all)?\W*",
        r"(?:more information|learn more|ok|got it"
        r"|i agree)\W*",
    ),
}


def _compiled(rules: dict[str, tuple[str, ...]], end: str) -> re.Pattern[str]:
    """All rules as one pattern whose group names are the rules', with a space as "_"."""
    return re.compile(
        "|".join(f"(?P<{name.replace(' ', '_')}>(?:{'|'.join(patterns)}){end})" for name, patterns in rules.items()),
        re.IGNORECASE,
    )


STARTS, WHOLES, BOXES = _compiled(LINE, ""), _compiled(WHOLE, r"\Z"), _compiled(BOX, r"\Z")
