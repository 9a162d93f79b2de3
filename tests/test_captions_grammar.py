"""The captions' grammars against sentences written by hand: each scene shows what one phenomenon should look like."""

from dataclasses import dataclass, field

import pytest

from tutor_nmt.captions import chinese, english, german
from tutor_nmt.captions.alignment import Word, align, finished, line_of, spell
from tutor_nmt.captions.scene import (
    Amount,
    Clause,
    Couple,
    Existence,
    Joined,
    Name,
    Place,
    Said,
    Sentence,
    State,
    Thing,
    Time,
)


@dataclass(frozen=True)
class Case:
    """A scene, its sentence in each language, and some of the links: "de=en de=zh", words as they stand there."""

    shows: str
    scene: Sentence
    german: str
    english: str
    chinese: str
    english_links: str = ""
    chinese_links: str = ""
    unlinked: tuple[str, ...] = field(default=())  # German words that no English word translates


def the(noun: str, *adjectives: str, **more) -> Thing:
    return Thing(noun, "the", adjectives=adjectives, **more)


def a(noun: str, *adjectives: str, **more) -> Thing:
    return Thing(noun, "a", adjectives=adjectives, **more)


def at(noun: str, article: str = "the", relation: str = "", **more) -> Place:
    return Place(Thing(noun, article, **more), relation)


TRIPLES = [
    Case(
        "adjective endings after an indefinite article: ein kleiner, ein kleines, eine, einen",
        Clause("look_at", a("child", "little"), a("picture", "beautiful")),
        "Ein kleines Kind schaut ein schönes Bild an.",
        "A little child is looking at a beautiful picture.",
        "一个小孩子正在看一幅漂亮的画。",
        "Ein=A kleines=little Kind=child schaut=looking an=looking schönes=beautiful",
        "Kind=孩子 kleines=小 schaut=看 an=看 Bild=画 ein=一",
    ),
    Case(
        "the masculine changes with its case: Ein alter, einen alten",
        Clause("hold", a("man", "old_person"), a("umbrella", "black")),
        "Ein alter Mann hält einen schwarzen Regenschirm.",
        "An old man is holding a black umbrella.",
        "一个年老的男人拿着一把黑色的雨伞。",
        "Ein=An alter=old einen=a schwarzen=black Regenschirm=umbrella",
        "alter=年老 hält=拿 hält=着 einen=一",
    ),
    Case(
        "adjective endings after a definite article, in the dative too",
        Clause("sleep_animal", the("cat", "grey"), place=at("sofa", adjectives=("old_thing",))),
        "Die graue Katze schläft auf dem alten Sofa.",
        "The grey cat is sleeping on the old sofa.",
        "那只灰色的猫正在那张旧沙发上睡觉。",
        "graue=grey auf=on dem=the alten=old",
        "auf=在 auf=上 schläft=睡觉 alten=旧",
    ),
    Case(
        "adjective endings with no article, plural and mass",
        Clause("drink", Thing("student_f", "none", 3, adjectives=("young",)), a("milk", "cold_drink")),
        "Drei junge Studentinnen trinken kalte Milch.",
        "Three young students are drinking cold milk.",
        "三个年轻的大学生正在喝凉牛奶。",
        "Drei=Three junge=young kalte=cold Milch=milk",
        "Drei=三 kalte=凉",
    ),
    Case(
        "one Bank is to sit on",
        Clause("sit", the("grandmother"), place=at("bench", "a")),
        "Die Großmutter sitzt auf einer Bank.",
        "The grandmother is sitting on a bench.",
        "奶奶坐在一张长椅上。",
        "Bank=bench einer=a",
        "Bank=长椅 sitzt=坐",
    ),
    Case(
        "the other Bank keeps money",
        Clause("wait", a("woman"), place=at("bank_money")),
        "Eine Frau wartet in der Bank.",
        "A woman is waiting in the bank.",
        "一个女人正在银行里等待。",
        "Bank=bank in=in",
        "Bank=银行 in=在 in=里",
    ),
    Case(
        "one Schloss is for a king",
        Clause("visit", the("tourist_m"), the("castle"), tense="past"),
        "Der Tourist hat das Schloss besichtigt.",
        "The tourist visited the castle.",
        "游客参观了宫殿。",
        "Schloss=castle besichtigt=visited",
        "besichtigt=参观",
        unlinked=("hat",),
    ),
    Case(
        "the other Schloss is for a door; a perfect tense with its two parts apart",
        Clause("buy", the("man"), a("lock"), place=at("shop"), time=Time("yesterday"), tense="past", front="time"),
        "Gestern hat der Mann im Laden ein Schloss gekauft.",
        "Yesterday, the man bought a lock in the shop.",
        "昨天，男人在商店里买了一把锁。",
        "Gestern=Yesterday Schloss=lock gekauft=bought im=in im=the",
        "Schloss=锁 gekauft=买",
        unlinked=("hat",),
    ),
    Case(
        "an English bat that flies",
        Clause("watch", the("boy"), a("bat_animal")),
        "Der Junge beobachtet eine Fledermaus.",
        "The boy is watching a bat.",
        "男孩正在观察一只蝙蝠。",
        "Fledermaus=bat",
        "Fledermaus=蝙蝠",
    ),
    Case(
        "an English bat to play with, and a weak noun in the dative",
        Clause("give", the("father"), a("bat_club"), the("boy"), time=Time("yesterday"), tense="past"),
        "Der Vater hat gestern dem Jungen einen Schläger gegeben.",
        "The father gave the boy a bat yesterday.",
        "父亲昨天给了男孩一根球棒。",
        "dem=the Jungen=boy Schläger=bat gegeben=gave gestern=yesterday",
        "gegeben=给 Schläger=球棒",
    ),
    Case(
        "a crane with wings",
        Clause("photograph", a("photographer"), Thing("crane_bird", "none", 2)),
        "Eine Fotografin fotografiert zwei Kraniche.",
        "A photographer is photographing two cranes.",
        "一位摄影师正在给两只鹤拍照。",
        "Kraniche=cranes zwei=two",
        "Kraniche=鹤 zwei=两",
    ),
    Case(
        "a crane of steel",
        Clause("stand", a("man"), place=at("crane_machine", "the", "beside")),
        "Ein Mann steht neben dem Kran.",
        "A man is standing next to the crane.",
        "一个男人站在起重机旁边。",
        "Kran=crane neben=next neben=to",
        "neben=在 neben=旁边 Kran=起重机",
    ),
    Case(
        "the verb stays second when a time comes first",
        Clause("sing", a("girl"), time=Time("in_the_evening"), front="time"),
        "Am Abend singt ein Mädchen.",
        "In the evening, a girl is singing.",
        "晚上，一个女孩正在唱歌。",
        "Am=In Abend=evening singt=singing",
        "singt=唱歌 Abend=晚上",
    ),
    Case(
        "the verb stays second when a place comes first",
        Clause("play", Thing("child", "none", 2), place=at("park"), front="place"),
        "Im Park spielen zwei Kinder.",
        "Two children are playing in the park.",
        "两个孩子正在公园里玩。",
        "Im=in Im=the spielen=playing Kinder=children",
        "Im=在 Im=里",
    ),
    Case(
        "a separable verb parts in a main clause",
        Clause("open", the("waiter"), a("window"), place=at("restaurant")),
        "Der Kellner macht im Restaurant ein Fenster auf.",
        "The waiter is opening a window in the restaurant.",
        "服务员正在餐馆里打开一扇窗户。",
        "macht=opening auf=opening",
        "macht=打开 auf=打开",
    ),
    Case(
        "a separable verb is whole, and last, in a dependent clause",
        Joined(
            "while",
            Clause("tidy", the("mother"), the("kitchen")),
            Clause("watch_tv", the("father")),
            second_first=True,
        ),
        "Während der Vater fernsieht, räumt die Mutter die Küche auf.",
        "While the father is watching television, the mother is tidying the kitchen.",
        "父亲在看电视的时候，母亲正在收拾厨房。",
        "Während=While fernsieht=watching fernsieht=television räumt=tidying auf=tidying",
        "Während=的 Während=时候 fernsieht=看电视",
    ),
    Case(
        "a separable participle in one piece, and 给 before the one who is called",
        Clause("call", the("woman"), Thing("doctor_f", "the"), tense="past"),
        "Die Frau hat die Ärztin angerufen.",
        "The woman called the doctor.",
        "女人给医生打了电话。",
        "angerufen=called",
        "angerufen=打 angerufen=电话",
        unlinked=("hat",),
    ),
    Case(
        "kein says the article and the negation, 没在 the other two",
        Clause("read", the("man"), a("newspaper"), negated=True),
        "Der Mann liest keine Zeitung.",
        "The man is not reading a newspaper.",
        "男人没在看报纸。",
        "keine=a keine=not liest=reading",
        "keine=没 Zeitung=报纸",
    ),
    Case(
        "nicht stands after a definite object; 没 without 了",
        Clause("buy", the("student_m"), the("book"), tense="past", negated=True),
        "Der Student hat das Buch nicht gekauft.",
        "The student did not buy the book.",
        "大学生没买书。",
        "nicht=not gekauft=buy",
        "nicht=没 gekauft=买",
        unlinked=("hat",),
    ),
    Case(
        "不 negates a state, nicht an adjective",
        State(the("waitress"), "friendly", negated=True),
        "Die Kellnerin ist nicht freundlich.",
        "The waitress is not friendly.",
        "女服务员不友好。",
        "nicht=not ist=is freundlich=friendly",
        "nicht=不 freundlich=友好",
    ),
    Case(
        "compounds: one German word, two English ones",
        Clause("eat", a("football_player"), Thing("cake", "a", modifier="apple_kind")),
        "Ein Fußballspieler isst einen Apfelkuchen.",
        "A football player is eating an apple cake.",
        "一名足球运动员正在吃一个苹果蛋糕。",
        "Fußballspieler=football Fußballspieler=player Apfelkuchen=apple Apfelkuchen=cake einen=an",
        "Apfelkuchen=苹果 Apfelkuchen=蛋糕",
    ),
    Case(
        "measures: eine Tasse Tee, a cup of tea, 一杯茶",
        Clause("drink", the("teacher_f"), Thing("tea", "a", measure="cup_of")),
        "Die Lehrerin trinkt eine Tasse Tee.",
        "The teacher is drinking a cup of tea.",
        "老师正在喝一杯茶。",
        "Tasse=cup Tee=tea eine=a",
        "Tasse=杯 eine=一 Tee=茶",
    ),
    Case(
        "a measure word for each noun, and a number above twelve in digits",
        Clause("sell", the("baker"), Thing("horse", "none", 27), tense="past"),
        "Der Bäcker hat 27 Pferde verkauft.",
        "The baker sold 27 horses.",
        "面包师卖了27匹马。",
        "27=27 Pferde=horses",
        "27=27 Pferde=马",
    ),
    Case(
        "a relative clause follows in German and English and goes before the noun in Chinese",
        Clause(
            "photograph",
            the("tourist_m"),
            Thing("woman", "a", clause=Clause("dance", place=at("square"))),
        ),
        "Der Tourist fotografiert eine Frau, die auf dem Platz tanzt.",
        "The tourist is photographing a woman who is dancing in the square.",
        "游客正在给一个在广场上跳舞的女人拍照。",
        "die=who tanzt=dancing",
        "die=的 tanzt=跳舞 auf=在 auf=上",
    ),
    Case(
        "a relative clause about its object: das, that",
        State(Thing("book", "the", clause=Clause("read", the("girl"), object_gap=True)), "exciting"),
        "Das Buch, das das Mädchen liest, ist spannend.",
        "The book that the girl is reading is exciting.",
        "女孩在看的那本书很精彩。",
        "liest=reading spannend=exciting ist=is",
        "liest=看 spannend=精彩",
    ),
    Case(
        "把 before what is put somewhere; auf with the accusative",
        Clause("put_stand", the("cook_m"), the("pot"), place=at("stove"), tense="past"),
        "Der Koch hat den Topf auf den Herd gestellt.",
        "The cook put the pot on the stove.",
        "厨师把锅放在了炉子上。",
        "gestellt=put auf=on den=the Herd=stove",
        "gestellt=放 auf=在 auf=上",
        unlinked=("hat",),
    ),
    Case(
        "a thing is stood or laid in German, put in English",
        Clause("put_into", the("child"), Thing("key", "his"), place=at("bag", "the", "within")),
        "Das Kind legt seinen Schlüssel in die Tasche.",
        "The child is putting his key in the bag.",
        "孩子正在把他的钥匙放进包里。",
        "seinen=his legt=putting",
        "seinen=他 legt=放 in=进 in=里",
    ),
    Case(
        "着 for what one wears; tragen is to wear",
        Clause("wear_head", a("firefighter"), a("helmet", "red")),
        "Ein Feuerwehrmann trägt einen roten Helm.",
        "A firefighter is wearing a red helmet.",
        "一名消防员戴着一顶红色的头盔。",
        "trägt=wearing",
        "trägt=戴 trägt=着",
    ),
    Case(
        "the same tragen is to carry; a movement needs no 着",
        Clause("carry_heavy", a("firefighter"), a("ladder", "heavy")),
        "Ein Feuerwehrmann trägt eine schwere Leiter.",
        "A firefighter is carrying a heavy ladder.",
        "一名消防员正在搬一架沉重的梯子。",
        "trägt=carrying",
        "trägt=搬",
    ),
    Case(
        "with and in become verbs in Chinese",
        Clause("laugh", Thing("woman", "a", wearing=a("coat", "blue"))),
        "Eine Frau in einem blauen Mantel lacht.",
        "A woman in a blue coat is laughing.",
        "一个穿着蓝色大衣的女人正在笑。",
        "in=in einem=a blauen=blue",
        "in=穿着 blauen=蓝色",
    ),
    Case(
        "weil sends the verb to the end, a pronoun stands for the subject",
        Joined("because", Clause("sleep", the("nurse")), State(Thing("nurse", "the", pronoun=True), "tired")),
        "Die Krankenschwester schläft, weil sie müde ist.",
        "The nurse is sleeping because she is tired.",
        "护士正在睡觉，因为她很累。",
        "weil=because sie=she ist=is",
        "weil=因为 sie=她 müde=累",
    ),
    Case(
        "a habit has no progressive; 每天 asks for 都",
        Clause("drink", Thing("father", "the"), Thing("coffee", "a"), time=Time("every_day"), tense="habit"),
        "Der Vater trinkt jeden Tag Kaffee.",
        "The father drinks coffee every day.",
        "父亲每天都喝咖啡。",
        "trinkt=drinks jeden=every Tag=day",
        "trinkt=喝 Tag=每天",
    ),
    Case(
        "the future: wird and the infinitive at the end",
        Clause(
            "visit_person",
            Name("Anna", ("Linden", "bach"), "f"),
            Thing("grandmother", "her"),
            time=Time("tomorrow"),
            tense="future",
        ),
        "Anna Lindenbach wird morgen ihre Großmutter besuchen.",
        "Anna Lindenbach will visit her grandmother tomorrow.",
        "安娜·林登巴赫明天要看望她的奶奶。",
        "Anna=Anna Lindenbach=Lindenbach wird=will besuchen=visit",
        "Anna=安娜 Lindenbach=林登巴赫 wird=要 besuchen=看望",
    ),
    Case(
        "a modal verb, and a separable infinitive in one piece",
        Clause("pick_up", the("policeman"), the("child"), modal="want"),
        "Der Polizist will das Kind abholen.",
        "The police officer wants to pick up the child.",
        "警察想接孩子。",
        "will=wants will=to abholen=pick abholen=up Polizist=police Polizist=officer",
        "will=想 abholen=接",
    ),
    Case(
        "a genitive and a weak noun: des Bauern",
        Clause("repair", the("mechanic"), Thing("tractor", "the", owner=the("farmer"))),
        "Der Mechaniker repariert den Traktor des Bauern.",
        "The mechanic is repairing the farmer's tractor.",
        "机械师正在修理农民的拖拉机。",
        "des=the Bauern=farmer Traktor=tractor",
        "Bauern=农民 Traktor=拖拉机",
        unlinked=("den",),
    ),
    Case(
        "there is: the verb says how a thing is there",
        Existence(at("table"), Thing("vase", "none", 2), "stand"),
        "Auf dem Tisch stehen zwei Vasen.",
        "There are two vases on the table.",
        "桌子上有两个花瓶。",
        "Auf=on stehen=are Vasen=vases",
        "Auf=上 stehen=有",
    ),
    Case(
        "two subjects make a plural; two verbs share one",
        Joined(
            "too",
            Clause("sit", Couple(a("man"), a("woman")), place=at("sofa")),
            Clause("read", None, Thing("book", "none", 2)),
        ),
        "Ein Mann und eine Frau sitzen auf dem Sofa und lesen zwei Bücher.",
        "A man and a woman are sitting on the sofa and reading two books.",
        "一个男人和一个女人坐在沙发上看两本书。",
        "sitzen=sitting lesen=reading und=and",
        "sitzen=坐 lesen=看 und=和",
    ),
    Case(
        "a comparison, and an umlaut in it",
        State(the("elephant"), "big_thing", than=the("horse")),
        "Der Elefant ist größer als das Pferd.",
        "The elephant is bigger than the horse.",
        "大象比马大。",
        "größer=bigger als=than",
        "größer=大 als=比",
    ),
    Case(
        "how long, and a Chinese verb that parts from its noun",
        Clause("dance", the("musician_f"), tense="past", hours=2),
        "Die Musikerin hat zwei Stunden lang getanzt.",
        "The musician danced for two hours.",
        "音乐家跳了两个小时舞。",
        "zwei=two Stunden=hours getanzt=danced",
        "getanzt=跳 getanzt=舞 Stunden=小时 zwei=两",
        unlinked=("hat", "lang"),
    ),
    Case(
        "dass, and what someone says",
        Said(the("teacher_m"), "say", State(Thing("child", "the", amount="any"), "hungry")),
        "Der Lehrer sagt, dass die Kinder hungrig sind.",
        "The teacher says that the children are hungry.",
        "老师说孩子们很饿。",
        "sagt=says dass=that Kinder=children sind=are",
        "sagt=说 Kinder=孩子们 hungrig=饿",
    ),
    Case(
        "numbers that are measured",
        Amount(the("tower"), "height", 57),
        "Der Turm ist 57 Meter hoch.",
        "The tower is 57 metres tall.",
        "塔高57米。",
        "57=57 Meter=metres hoch=tall",
        "57=57 Meter=米 hoch=高",
    ),
    Case(
        "a reflexive verb: sich after the finite verb, before the subject when that is late",
        Clause("rest", the("grandfather"), place=at("garden"), time=Time("today"), front="time"),
        "Heute ruht sich der Großvater im Garten aus.",
        "Today, the grandfather is resting in the garden.",
        "今天，爷爷正在花园里休息。",
        "Heute=Today ruht=resting aus=resting im=in",
        "ruht=休息 aus=休息",
        unlinked=("sich",),
    ),
    Case(
        "an for uniform it is not, and a colour before the size in Chinese",
        Clause("wear_body", a("soldier"), Thing("uniform", "a", adjectives=("old_thing", "green"))),
        "Ein Soldat trägt eine alte grüne Uniform.",
        "A soldier is wearing an old green uniform.",
        "一名士兵穿着一件绿色的旧制服。",
        "alte=old grüne=green",
        "grüne=绿色 alte=旧",
    ),
    Case(
        "who eats: essen of people, fressen of animals",
        Clause("eat_animal", the("donkey"), a("carrot")),
        "Der Esel frisst eine Karotte.",
        "The donkey is eating a carrot.",
        "驴正在吃一根胡萝卜。",
        "frisst=eating",
        "frisst=吃",
    ),
    Case(
        "soup is drunk in Chinese, and but is 而 where two only differ",
        Joined("but", Clause("eat", the("man"), a("soup")), Clause("phone", the("woman"), manner="quietly")),
        "Der Mann isst Suppe, aber die Frau telefoniert leise.",
        "The man is eating soup, but the woman is talking on the phone quietly.",
        "男人正在喝汤，而女人正在小声地打电话。",
        "isst=eating aber=but",
        "isst=喝 aber=而 leise=小声地",
    ),
    Case(
        "a quiet eye is not a quiet hand",
        Clause("read", a("child"), a("book"), manner="quietly"),
        "Ein Kind liest leise ein Buch.",
        "A child is reading a book quietly.",
        "一个孩子正在静静地看一本书。",
        "leise=quietly",
        "leise=静静地",
    ),
    Case(
        "the sea is not counted",
        Clause("stand", the("grandfather"), place=at("sea", "a")),
        "Der Großvater steht an einem Meer.",
        "The grandfather is standing by a sea.",
        "爷爷站在海边。",
        "",
        "steht=站 Meer=海 an=边",
    ),
    Case(
        "a wooden table is short in Chinese, a kitchen table is not",
        Existence(at("table", modifier="kitchen_kind"), Thing("spoon", "a", modifier="wood"), "lie"),
        "Auf dem Küchentisch liegt ein Holzlöffel.",
        "There is a wooden spoon on the kitchen table.",
        "厨房桌子上有一把木勺。",
        "Küchentisch=kitchen Küchentisch=table",
        "Küchentisch=厨房 Küchentisch=桌子 Holzlöffel=木 Holzlöffel=勺",
    ),
    Case(
        "what lasts has 着 in the past, too, and an owner's colour needs no second 的",
        Clause(
            "hold",
            the("girl"),
            the("umbrella", "red", owner=the("farmer")),
            time=Time("yesterday"),
            tense="past",
        ),
        "Das Mädchen hat gestern den roten Regenschirm des Bauern gehalten.",
        "The girl held the farmer's red umbrella yesterday.",
        "女孩昨天拿着农民的红色雨伞。",
        "gehalten=held",
        "gehalten=拿 gehalten=着 roten=红色",
        unlinked=("hat",),
    ),
    Case(
        "soon is never said first in Chinese, and what is planted has a measure word of its own",
        Clause("plant", the("gardener"), a("flower"), time=Time("soon"), tense="future", front="time"),
        "Bald wird der Gärtner eine Blume pflanzen.",
        "Soon, the gardener will plant a flower.",
        "园丁很快就要种一株花。",
        "Bald=Soon",
        "Bald=很快就 pflanzen=种",
    ),
    Case(
        "a movement under something goes on with 往",
        Clause("go_under", a("squirrel"), the("table")),
        "Ein Eichhörnchen kriecht unter den Tisch.",
        "A squirrel is crawling under the table.",
        "一只松鼠正往桌子下面爬。",
        "kriecht=crawling",
        "kriecht=往 kriecht=爬",
    ),
    Case(
        "a movement under something is done with 到",
        Clause("go_under", a("squirrel"), the("table"), tense="past"),
        "Ein Eichhörnchen ist unter den Tisch gekrochen.",
        "A squirrel crawled under the table.",
        "一只松鼠爬到了桌子下面。",
        "gekrochen=crawled",
        "gekrochen=爬到",
        unlinked=("ist",),
    ),
    Case(
        "a thing that has no number before it is given with 把",
        Clause("show", the("cook_m"), Thing("ring", "his"), the("waitress"), tense="past"),
        "Der Koch hat der Kellnerin seinen Ring gezeigt.",
        "The cook showed the waitress his ring.",
        "厨师把他的戒指给女服务员看了。",
        "gezeigt=showed",
        "gezeigt=给 gezeigt=看",
        unlinked=("hat",),
    ),
    Case(
        "what is hoped is possible, not so",
        Said(the("mother"), "hope", Clause("sleep", the("boy"), tense="future")),
        "Die Mutter hofft, dass der Junge schlafen wird.",
        "The mother hopes that the boy will sleep.",
        "母亲希望男孩能睡觉。",
        "hofft=hopes wird=will",
        "hofft=希望 wird=能",
    ),
    Case(
        "girls are 她们, and 就 says what one does whenever it rains",
        Joined(
            "when",
            Clause("bake", Thing("girl", "the", amount="any"), a("bread"), tense="habit"),
            State(Thing("girl", "the", amount="any", pronoun=True), "sad"),
            second_first=True,
        ),
        "Wenn sie traurig sind, backen die Mädchen Brot.",
        "When they are sad, the girls bake bread.",
        "她们很难过的时候，女孩们就烤面包。",
        "Wenn=When",
        "sie=她们 Wenn=时候 backen=烤",
    ),
    Case(
        "an instrument has no article in German, and how stands after where, before what is new",
        Clause("play_pluck", the("man"), a("guitar"), place=at("garden"), manner="quietly"),
        "Der Mann spielt im Garten leise Gitarre.",
        "The man is playing a guitar quietly in the garden.",
        "男人正在花园里轻轻地弹吉他。",
        "leise=quietly Gitarre=guitar",
        "leise=轻轻地 Gitarre=吉他",
    ),
    Case(
        "an old instrument has an article",
        Clause("play_pluck", the("man"), a("guitar", "old_thing")),
        "Der Mann spielt eine alte Gitarre.",
        "The man is playing an old guitar.",
        "男人正在弹旧吉他。",
        "eine=an alte=old",
        "alte=旧",
    ),
    Case(
        "German says where before a thing, as the letter in the garden would be another one",
        Clause("read", a("woman"), the("letter_mail"), place=at("garden"), manner="alone"),
        "Eine Frau liest allein im Garten den Brief.",
        "A woman is reading the letter alone in the garden.",
        "一个女人正在花园里独自看信。",
        "im=in den=the Brief=letter",
        "Brief=信",
    ),
    Case(
        "German says where after one who lives",
        Clause("photograph", the("boy"), the("dog"), place=at("garden")),
        "Der Junge fotografiert den Hund im Garten.",
        "The boy is photographing the dog in the garden.",
        "男孩正在花园里给狗拍照。",
        "im=in den=the Hund=dog",
        "Hund=狗",
    ),
    Case(
        "where a place comes first a relative clause comes last, behind a prefix, too",
        Clause("rest", a("man", clause=Clause("wear_head", object=a("hat"))), place=at("bench"), front="place"),
        "Auf der Bank ruht sich ein Mann aus, der einen Hut trägt.",
        "A man who is wearing a hat is resting on the bench.",
        "一个戴着一顶帽子的男人正在长椅上休息。",
        "der=who ruht=resting aus=resting",
        "ruht=休息 aus=休息",
        unlinked=("sich",),
    ),
    Case(
        "a comma before und where a relative clause ends",
        Joined(
            "and",
            Clause("photograph", a("man"), a("dog", clause=Clause("sleep_animal"))),
            Clause("run", a("boy")),
        ),
        "Ein Mann fotografiert einen Hund, der schläft, und ein Junge rennt.",
        "A man is photographing a dog that is sleeping, and a boy is running.",
        "一个男人正在给一只在睡觉的狗拍照，一个男孩正在跑步。",
        "der=that und=and",
        "schläft=睡觉",
    ),
    Case(
        "nicht is not left behind a relative clause",
        Clause("examine", the("doctor_m"), the("child", clause=Clause("sit", place=at("chair"))), negated=True),
        "Der Arzt untersucht das Kind nicht, das auf dem Stuhl sitzt.",
        "The doctor is not examining the child who is sitting on the chair.",
        "医生没在检查那个坐在椅子上的孩子。",
        "nicht=not das=who",
        "untersucht=检查",
    ),
    Case(
        "a relative clause stays where a place follows, which it would seem to be about",
        Clause(
            "examine",
            the("doctor_m"),
            the("child", clause=Clause("sit", place=at("chair"))),
            place=at("hospital"),
        ),
        "Der Arzt untersucht das Kind, das auf dem Stuhl sitzt, im Krankenhaus.",
        "The doctor is examining the child who is sitting on the chair in the hospital.",
        "医生正在医院里检查那个坐在椅子上的孩子。",
        "das=who im=in",
        "untersucht=检查",
    ),
]


def linked_words(source: list, target: list) -> set[tuple[str, str]]:
    pair = align(source, target)
    return {(pair.source_tokens[i].text, pair.target_tokens[j].text) for i, j in pair.links}


def said(case: Case) -> tuple[list, list, list]:
    return (
        finished(german.say(case.scene), "."),
        finished(english.say(case.scene), "."),
        finished(chinese.say(case.scene), "。"),
    )


each_case = pytest.mark.parametrize("case", TRIPLES, ids=lambda case: case.shows)


@each_case
def test_a_scene_is_said_as_a_speaker_would(case):
    de, en, zh = said(case)
    pair = align(de, en)
    assert pair.source == case.german
    assert pair.target == case.english
    assert align(de, zh, target_spaces=False).target == case.chinese


@each_case
def test_words_that_say_the_same_are_linked(case):
    de, en, zh = said(case)
    for target, expected in ((en, case.english_links), (zh, case.chinese_links)):
        assert {tuple(link.split("=")) for link in expected.split()} <= linked_words(de, target)


@each_case
def test_words_without_a_partner_are_not_linked(case):
    de, en, _ = said(case)
    assert {source for source, _ in linked_words(de, en)}.isdisjoint(case.unlinked)


ENGLISH = [
    (Clause("sleep", the("child"), place=at("bed")), "The child is sleeping in bed."),
    (Clause("sleep", the("child"), place=at("bed", adjectives=("soft",))), "The child is sleeping in the soft bed."),
    (Clause("study", the("child"), place=at("school")), "The child is studying at school."),
    (Clause("lie_animal", the("cat"), place=at("bed", relation="under")), "The cat is lying under the bed."),
    (Clause("buy", the("man"), Thing("book", "none", 2, modifier="cook_kind")), "The man is buying two cookbooks."),
    (Clause("eat", the("man"), Thing("cake", "a", modifier="cheese_kind")), "The man is eating a cheesecake."),
    (Clause("eat", the("man"), Thing("cake", "a", 3, measure="piece_of")), "The man is eating three pieces of cake."),
    (Clause("get_up", the("man"), time=Time("clock", 8), tense="habit"), "The man gets up at eight o'clock."),
    (Clause("rest", the("man", wearing=a("hat"))), "The man in a hat is resting."),
    (Clause("rest", the("man", wearing=a("glasses"))), "The man with a pair of glasses is resting."),
    (Amount(the("mountain"), "height", 320), "The mountain is 320 metres high."),
    (State(the("boy"), "little"), "The boy is small."),
]


@pytest.mark.parametrize(("scene", "sentence"), ENGLISH, ids=[sentence for _, sentence in ENGLISH])
def test_english_has_no_article_in_bed_and_one_word_for_a_cookbook(scene, sentence):
    assert spell(finished(english.say(scene), "."))[0] == sentence


@pytest.mark.parametrize("spaces", [True, False])
@pytest.mark.parametrize("glued", [(0, 0, 1), (1, 0, 0), (0, 1, 1), (0, 0, 0)])
def test_a_line_without_tokens_is_the_line_with_them(glued, spaces):
    words = [Word(text, glued=bool(one)) for text, one in zip(("Ja", "ein", "."), glued, strict=True)]
    assert line_of(words, spaces) == spell(words, spaces)[0]
