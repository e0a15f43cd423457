"""What an outlet wants of its reader, and is not the story: letters, subscriptions, consent, advertising, followers.

How the rules are applied says `boilerplate`.
"""

from __future__ import annotations

Rules = dict[str, tuple[str, ...]]

SITES = (
    r"(?:facebook|twitter|x|instagram|linkedin|whatsapp|pinterest|reddit|telegram|tiktok|youtube|flipboard"
    r"|threads|bluesky|mastodon|messenger|snapchat|tumblr|pocket|google news|apple news|e-?mail)"
)
_LETTER = (
    r"(?:newsletters?|e-?mails?|inbox|alerts?|briefings?|mailing list|bulletins?|(?:daily|weekly) digest"
    r"|round-?up)"
)
_LABEL = r"(?:[A-Z][A-Z'’ &-]{3,40}[A-Z]:\s*)?"

LINE: Rules = {
    "newsletter": (
        rf"(?:click here to |please )?(?:sign(?:ing)? up|subscribe|register)\b[^\n]{{0,220}}?\b{_LETTER}\b",
        r"(?:sign up|subscribe) (?:here|now|today)\b[^\n]{0,160}\Z",
        r"(?:get|receive|have|want|start|enjoy|smart|money|stay|the (?:best|latest|top|day|biggest)|never miss"
        r"|don['’]t miss|our|join"
        r"|all the|daily|weekly|need|save|top)\b[^\n]{0,160}?\b(?:to|in) (?:your|my) (?:inbox|phone|e-?mail)\b",
        r"(?:get|receive) (?:our|the|your|(?-i:[A-Z][\w.]*(?: [A-Z][\w.]*){0,3}['’]s?))\s[^\n]{0,80}?"
        r"\b(?:newsletter|daily briefing|mailing list)\b",
        r"(?:what['’]s everyone talking about|stay in the (?:conversation|know|loop)|never miss a \w+"
        r"|stay up-to-date)\b"
        r"[^\n]{0,80}?\b(?:sign up|subscribe|newsletter)\b",
        r"you can (?:also )?(?:unsubscribe|opt[ -]out)\b",
        r"(?:having )?(?:trouble|problems) (?:viewing|reading|seeing) this (?:e-?mail|message|newsletter)\b",
        r"you(?:['’]re| are) (?:receiving|getting) this (?:e-?mail|message|newsletter) because\b",
        r"this (?:e-?mail|message|newsletter) was sent to\b",
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
        r"(?:if you(?:r|['’]re)?|want|enjoying|looking|do(?:n['’]t| not)|make|need|to (?:get|receive)|got|gifts)\b"
        r"[^\n?.]{0,200}[?,.!][^\n?.]{0,90}\.?\s(?:click here to )?(?:sign up|subscribe)\b[^\n]{0,100}"
        r"\b(?:newsletter|inbox)\b",
    ),
    "subscription": (
        r"support (?:local|quality|our|strong|independent|great|the)? ?journalism\b",
        r"thank you for (?:supporting|reading and supporting|subscribing to|registering|signing up)\b",
        r"(?:please )?consider (?:supporting|subscribing to|becoming a subscriber|a subscription to)\b",
        r"(?:subscribe|become a (?:\w+ )?(?:subscriber|member)) (?:to|for|at|now|and|today)\b"
        r"(?:[^\n?]{0,80}|[^\n]{0,60}\btoday\b[^\n]{0,60})\Z",
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
        r"(?:your|a) (?:subscription|support|donation) (?:makes|helps|is what)\b[^\n]{0,120}"
        r"\b(?:journalis|work like this|reporting|subscri)",
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
        rf"(?:\b(?:on|via|at) {SITES}\b|@\w|\bat (?:[\w-]+\.)+[a-z]{{2,}}\b)[^\n]{{0,160}}\Z",
        rf"reach [\w.'’ -]{{3,50}} (?:on|at|via) {SITES}(?: at)?:? ?@\w+\.?\Z",
        rf"(?:you can )?follow (?:reporter |columnist |correspondent |\w+ reporter )?[\w.'’&\- ]{{2,70}}?"
        rf"(?:\s*\(@\w+\))? (?:on|at) {SITES}\b[^\n]{{0,160}}\Z",
        r"follow (?:[\w.'’&\- ]{2,60} )?(?:online |on )?@\w{2,30}\b[^\n]{0,80}\Z",
        rf"like (?:us|our page|this page)\b[^\n]{{0,40}}\bon {SITES}\b",
        rf"{SITES}\s*:\s*@?[\w.]+\s*\Z",
        r"[–—-]?\s*@\w{2,30}\s*\Z",
    ),
    "copyright": (
        r"(?:©|\(c\)\s*(?:copyright\b|\d{4})|copyright\s*(?:©|\(c\)|\d{4}|by\b|\Z))[^\n]{0,200}\Z",
        r"(?:this|the) (?:material|content|article|story|website) may not be (?:published|reproduced|reprinted"
        r"|copied|republished)\b",
        r"(?:reproduction|republication|redistribution)\b[^\n]{0,80}\b(?:prohibited|forbidden|not permitted|without "
        r"(?:written )?permission)\b",
    ),
}

WHOLE: Rules = {
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
        r"(?:unsubscribe(?: here| now)?"
        r"|(?:view|read|open) (?:(?:this e-?mail|this message|it|online) )?in (?:your |a |the )?(?:web )?browser"
        r"|(?:manage|update|change) (?:your )?(?:e-?mail )?(?:preferences|subscriptions?)"
        r"|forward (?:this )?to a friend|forwarded this e-?mail\?[^\n]{0,60})(?:\s*[|·•]\s*[\w ]{3,40})*\W*",
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
}

BOX: Rules = {
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
    "cookie notice": (
        r"(?:accept|reject|allow|decline)(?: all)?\W*",
        r"(?:more information|learn more|ok|got it"
        r"|i agree)\W*",
    ),
}
