"""Words that news reports use for one another: "object to", "oppose", "reject". By stem; a word may be in several.

An encoder as small as ours does not know that who opposes a text objects to it, and the irregular forms that a stemmer
leaves apart ("rise", "rose") stand here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

_FAMILIES = """
    oppose opposition object objection reject resist rebuff veto refuse refusal decline
    condemn denounce criticise criticize decry blast slam deplore
    kill dead die death deadly murder slay slain fatal fatality toll perish
    injure wound hurt casualty
    announce declare unveil reveal disclose
    win won victory beat defeat triumph winner
    lose lost loss
    resign quit leave left depart departure oust
    arrest detain jail imprison custody prison
    accuse charge allege indict blame
    buy bought acquire acquisition purchase takeover
    sell sold sale
    rise rose risen increase grow grew climb jump surge soar gain higher
    fall fell drop decrease decline plunge tumble sink sank lower reduce cut
    begin began begun start launch open commence
    end stop halt cease finish conclude over
    delay postpone suspend
    cancel scrap abandon
    ask demand request urge call appeal
    allow permit let authorise authorize approve
    ban prohibit outlaw forbid block bar
    agree accept consent agreement deal accord
    talk negotiate negotiation discuss discussion meet met meeting
    propose proposal plan draft
    attack assault raid strike struck bomb bombing
    protest protester demonstrate demonstrator demonstration rally march uprising
    vote elect election ballot poll
    choose chose chosen pick select appoint name nominate
    replace succeed successor
    help aid assist support back
    warn caution
    dismiss sack remove fire
    hire recruit employ
    show display
    find found discover locate
    cost price pay paid worth spend spent
    money fund finance
    big large huge great
    child children kid minor
    woman women female
    man men male
    person people
    country nation state
    doctor physician
    police officer
    lawyer attorney
    film movie
    illness disease sick sickness
    blaze wildfire fire
    storm hurricane cyclone typhoon
    crash collision accident collide
    rebel insurgent
    previous earlier former past
    get got receive obtain
    travel go went gone head visit trip fly flew
    describe call
    capture seize take took taken recapture retake wrest
    build built construct construction
    destroy demolish destruction
    flee fled escape
    sue lawsuit suit
    marry wed wedding married
    company firm business
    job work employment
    home house
    car vehicle
    ship vessel boat
    plane aircraft jet airplane
    gun weapon arms firearm
    soldier troop military army force
    leader chief head boss
    government regime administration
    think thought believe belief view
    make made produce
    hold held host
    give gave given grant
    send sent dispatch
    shoot shot shooting gunman
    teach taught teacher
    steal stole stolen theft rob robbery
    write wrote written author
    drive drove driven driver
    oldest eldest old aged age
"""


def families(stem: Callable[[str], str]) -> dict[str, frozenset[int]]:
    """The families of each word, by its stem."""
    found: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(_FAMILIES.strip().splitlines()):
        for word in line.split():
            found[stem(word)].add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}
