"""The words of the embedded corpus: one row a concept, its German, English and Chinese side by side. Data, not code.

Each table says in its first line what its columns are; `words` reads them. Within a class the commoner word stands
higher, as drawing follows the order; a `!` before a name keeps the word rare. `~` in a Chinese verb is its object's
place before the verb, `+` parts a verb from the noun it is one with (`睡+觉`, so that `睡了两个小时觉` can be said).
"""

# ruff: noqa: E501

NOUNS = """
# concept | classes | German: gender (w: weak), singular, plural | English/plural | Chinese/measure word
man | person adult m | m Mann Männer | man/men | 男人/个
woman | person adult f | f Frau Frauen | woman/women | 女人/个
child | person young | n Kind Kinder | child/children | 孩子/个
girl | person young female | n Mädchen Mädchen | girl | 女孩/个
boy | person young m | mw Junge Jungen | boy | 男孩/个
teacher_m | person adult prof m | m Lehrer Lehrer | teacher | 老师/位
mother | person adult kin f | f Mutter Mütter | mother | 母亲/位
doctor_f | person adult prof f | f Ärztin Ärztinnen | doctor | 医生/位
father | person adult kin m | m Vater Väter | father | 父亲/位
student_f | person adult prof f | f Studentin Studentinnen | student | 大学生/个
farmer | person adult prof m | mw Bauer Bauern | farmer | 农民/个
teacher_f | person adult prof f | f Lehrerin Lehrerinnen | teacher | 老师/位
doctor_m | person adult prof m | m Arzt Ärzte | doctor | 医生/位
grandmother | person adult kin f | f Großmutter Großmütter | grandmother | 奶奶/位
student_m | person adult prof m | mw Student Studenten | student | 大学生/个
cook_m | person adult prof m | m Koch Köche | cook | 厨师/位
neighbour_f | person adult prof f | f Nachbarin Nachbarinnen | neighbour | 邻居/个
policeman | person adult prof m | mw Polizist Polizisten | police officer | 警察/名
grandfather | person adult kin m | m Großvater Großväter | grandfather | 爷爷/位
musician_f | person adult prof f | f Musikerin Musikerinnen | musician | 音乐家/位
tourist_m | person adult prof m | mw Tourist Touristen | tourist | 游客/名
gardener | person adult prof m | m Gärtner Gärtner | gardener | 园丁/名
waitress | person adult prof f | f Kellnerin Kellnerinnen | waitress/waitresses | 女服务员/名
baker | person adult prof m | m Bäcker Bäcker | baker | 面包师/位
firefighter | person adult prof m | m Feuerwehrmann Feuerwehrleute | firefighter | 消防员/名
nurse | person adult prof f | f Krankenschwester Krankenschwestern | nurse | 护士/名
painter | person adult prof m | m Maler Maler | painter | 画家/位
neighbour_m | person adult prof m | mw Nachbar Nachbarn | neighbour | 邻居/个
photographer | person adult prof f | f Fotografin Fotografinnen | photographer | 摄影师/位
waiter | person adult prof m | m Kellner Kellner | waiter | 服务员/名
policewoman | person adult prof f | f Polizistin Polizistinnen | police officer | 女警察/名
bus_driver | person adult prof m | m Busfahrer Busfahrer | bus driver | 公交车司机/位
fisherman | person adult prof m | m Fischer Fischer | fisherman/fishermen | 渔夫/位
cook_f | person adult prof f | f Köchin Köchinnen | cook | 厨师/位
carpenter | person adult prof m | m Tischler Tischler | carpenter | 木匠/位
writer | person adult prof f | f Schriftstellerin Schriftstellerinnen | writer | 作家/位
soldier | person adult prof m | mw Soldat Soldaten | soldier | 士兵/名
scientist | person adult prof f | f Wissenschaftlerin Wissenschaftlerinnen | scientist | 科学家/位
football_player | person adult prof m | m Fußballspieler Fußballspieler | football player | 足球运动员/名
shop_assistant | person adult prof f | f Verkäuferin Verkäuferinnen | shop assistant | 售货员/名
mechanic | person adult prof m | m Mechaniker Mechaniker | mechanic | 机械师/位
!magician | person adult prof m | m Zauberer Zauberer | magician | 魔术师/位
!tailor | person adult prof m | m Schneider Schneider | tailor | 裁缝/位
!beekeeper | person adult prof m | m Imker Imker | beekeeper | 养蜂人/位
!goldsmith | person adult prof f | f Goldschmiedin Goldschmiedinnen | goldsmith | 金匠/位
!chimney_sweep | person adult prof m | m Schornsteinfeger Schornsteinfeger | chimney sweep | 烟囱清洁工/名
!watchmaker | person adult prof m | m Uhrmacher Uhrmacher | watchmaker | 钟表匠/位
!bookbinder | person adult prof f | f Buchbinderin Buchbinderinnen | bookbinder | 装订工/名
!shepherd | person adult prof m | m Schäfer Schäfer | shepherd | 牧羊人/位
!astronaut | person adult prof f | f Astronautin Astronautinnen | astronaut | 宇航员/名
!violin_maker | person adult prof m | m Geigenbauer Geigenbauer | violin maker | 小提琴制作师/位
dog | animal pet dog lively ground | m Hund Hunde | dog | 狗/只
cat | animal pet cat lively ground | f Katze Katzen | cat | 猫/只
horse | animal farm horse graze ground large | n Pferd Pferde | horse | 马/匹
bird | animal bird | m Vogel Vögel | bird | 鸟/只
cow | animal farm graze ground large | f Kuh Kühe | cow | 奶牛/头
sheep | animal farm graze ground | n Schaf Schafe | sheep/sheep | 羊/只
duck | animal bird waterbird | f Ente Enten | duck | 鸭子/只
rabbit | animal pet ground | n Kaninchen Kaninchen | rabbit | 兔子/只
elephant | animal wild ground large | mw Elefant Elefanten | elephant | 大象/头
monkey | animal wild lively ground | mw Affe Affen | monkey | 猴子/只
fish | fishy food catchanimal | m Fisch Fische | fish/fish | 鱼/条
pig | animal farm ground | n Schwein Schweine | pig | 猪/头
bear | animal wild ground large | mw Bär Bären | bear | 熊/头
mouse_animal | animal ground chased catchanimal tiny | f Maus Mäuse | mouse/mice | 老鼠/只
lion | animal wild ground large | mw Löwe Löwen | lion | 狮子/头
rooster | animal farm ground | m Hahn Hähne | rooster | 公鸡/只
goat | animal farm graze ground | f Ziege Ziegen | goat | 山羊/只
giraffe | animal wild ground large | f Giraffe Giraffen | giraffe | 长颈鹿/只
fox | animal wild lively ground | m Fuchs Füchse | fox/foxes | 狐狸/只
squirrel | animal wild lively ground tiny | n Eichhörnchen Eichhörnchen | squirrel | 松鼠/只
donkey | animal farm graze ground | m Esel Esel | donkey | 驴/头
swan | animal bird waterbird | m Schwan Schwäne | swan | 天鹅/只
bat_animal | animal flyer chased | f Fledermaus Fledermäuse | bat | 蝙蝠/只
crane_bird | animal bird | m Kranich Kraniche | crane | 鹤/只
butterfly | flyer catchanimal watchable | m Schmetterling Schmetterlinge | butterfly/butterflies | 蝴蝶/只
tiger | animal wild ground large | m Tiger Tiger | tiger | 老虎/只
!hedgehog | animal wild ground tiny | m Igel Igel | hedgehog | 刺猬/只
!zebra | animal wild ground large | n Zebra Zebras | zebra | 斑马/匹
!ostrich | animal wild ground large | m Strauß Strauße | ostrich/ostriches | 鸵鸟/只
!kangaroo | animal wild lively ground large | n Känguru Kängurus | kangaroo | 袋鼠/只
!badger | animal wild ground | m Dachs Dachse | badger | 獾/只
!owl | animal bird | f Eule Eulen | owl | 猫头鹰/只
!peacock | animal bird ground | m Pfau Pfauen | peacock | 孔雀/只
!camel | animal wild ground large | n Kamel Kamele | camel | 骆驼/头
!hamster | animal pet ground tiny | m Hamster Hamster | hamster | 仓鼠/只
!penguin | animal ground bird0 | m Pinguin Pinguine | penguin | 企鹅/只
apple | food fruit pick cut buy hand giveaway | m Apfel Äpfel | apple | 苹果/个
bread | food mass bake cut buy | n Brot - | bread/- | 面包/块
cake | food bake cut buy gift | m Kuchen Kuchen | cake | 蛋糕/个
soup | food cook mass | f Suppe - | soup/- | 汤/碗
cheese | food mass cut buy | m Käse - | cheese/- | 奶酪/块
rice | food mass cook | m Reis - | rice/- | 米饭/碗
tomato | food fruit pick cut buy | f Tomate Tomaten | tomato/tomatoes | 番茄/个
banana | food fruit cut buy hand giveaway | f Banane Bananen | banana | 香蕉/根
egg | food cook buy | n Ei Eier | egg | 鸡蛋/个
pizza | food bake cut buy | f Pizza Pizzas | pizza | 披萨/个
sandwich | food buy hand giveaway | n Sandwich Sandwiches | sandwich/sandwiches | 三明治/个
ice_cream | food mass buy | n Eis - | ice cream/- | 冰淇淋/个
meat | food mass cook cut buy | n Fleisch - | meat/- | 肉/块
vegetables | food mass cook cut buy | n Gemüse - | vegetables/-p | 蔬菜/份
potato | food cook cut buy | f Kartoffel Kartoffeln | potato/potatoes | 土豆/个
pear | food fruit pick cut buy hand giveaway | f Birne Birnen | pear | 梨/个
cherry | fruit pick buy | f Kirsche Kirschen | cherry/cherries | 樱桃/颗
strawberry | fruit pick buy | f Erdbeere Erdbeeren | strawberry/strawberries | 草莓/颗
orange | food fruit pick cut buy hand giveaway | f Orange Orangen | orange | 橙子/个
onion | cut buy | f Zwiebel Zwiebeln | onion | 洋葱/个
cookie | food bake buy giveaway | m Keks Kekse | cookie | 饼干/块
noodles | food mass cook | p Nudeln Nudeln | noodles/-p | 面条/碗
salad | food mass | m Salat - | salad/- | 沙拉/份
carrot | food cut buy feed hand giveaway | f Karotte Karotten | carrot | 胡萝卜/根
chocolate | food mass buy gift | f Schokolade - | chocolate/- | 巧克力/块
hay | feed mass | n Heu - | hay/- | 干草/堆
lemon | fruit cut buy pick | f Zitrone Zitronen | lemon | 柠檬/个
!pumpkin | fruit pick cut buy | m Kürbis Kürbisse | pumpkin | 南瓜/个
!pineapple | food fruit cut buy | f Ananas Ananas | pineapple | 菠萝/个
!radish | food cut buy | n Radieschen Radieschen | radish/radishes | 小萝卜/个
!chestnut | pick buy | f Kastanie Kastanien | chestnut | 栗子/颗
!pretzel | food bake buy | f Brezel Brezeln | pretzel | 椒盐卷饼/个
coffee | drink mass | m Kaffee - | coffee/- | 咖啡/杯
tea | drink mass | m Tee - | tea/- | 茶/杯
water | drink mass | n Wasser - | water/- | 水/杯
milk | drink mass | f Milch - | milk/- | 牛奶/杯
juice | drink mass | m Saft - | juice/- | 果汁/杯
beer | drink mass grown | n Bier - | beer/- | 啤酒/杯
wine | drink mass grown | m Wein - | wine/- | 葡萄酒/杯
cocoa | drink mass | m Kakao - | cocoa/- | 热可可/杯
!lemonade | drink mass | f Limonade - | lemonade/- | 柠檬水/杯
book | read thing hand gift buy lay small giveaway | n Buch Bücher | book | 书/本
newspaper | read buy lay | f Zeitung Zeitungen | newspaper | 报纸/份
letter_mail | read write send lay small | m Brief Briefe | letter | 信/封
letter_sign | sign | m Buchstabe Buchstaben | letter | 字母/个
magazine | read buy lay | f Zeitschrift Zeitschriften | magazine | 杂志/本
postcard | read write send lay buy | f Postkarte Postkarten | postcard | 明信片/张
novel | read write gift | m Roman Romane | novel | 小说/本
poem | read write | n Gedicht Gedichte | poem | 诗/首
map | lookat lay buy small | f Landkarte Landkarten | map | 地图/张
picture | lookat paintpic hang gift | n Bild Bilder | picture | 画/幅
photo | lookat small show lay | n Foto Fotos | photo | 照片/张
report | read write | m Bericht Berichte | report | 报告/份
fairy_tale | read write | n Märchen Märchen | fairy tale | 童话/篇
film | movie | m Film Filme | film | 电影/部
!dictionary | read buy lay small thing | n Wörterbuch Wörterbücher | dictionary/dictionaries | 词典/本
!sheet_music | lay buy small | n Notenblatt Notenblätter | sheet of music/sheets of music | 乐谱/张
guitar | pluck thing gift | f Gitarre Gitarren | guitar | 吉他/把
piano | pluck | n Klavier Klaviere | piano | 钢琴/架
violin | bow thing gift | f Geige Geigen | violin | 小提琴/把
flute | wind thing gift | f Flöte Flöten | flute | 长笛/支
trumpet | wind thing | f Trompete Trompeten | trumpet | 小号/把
cello | bow | n Cello Cellos | cello | 大提琴/把
drum | drums thing | f Trommel Trommeln | drum | 鼓/面
saxophone | wind thing | n Saxophon Saxophone | saxophone | 萨克斯/支
!accordion | bow thing | n Akkordeon Akkordeons | accordion | 手风琴/台
!harp | pluck | f Harfe Harfen | harp | 竖琴/架
!bagpipes | wind | m Dudelsack Dudelsäcke | bagpipe | 风笛/支
!lute | pluck thing | f Laute Lauten | lute | 鲁特琴/把
football | kick mass | m Fußball - | football/- | 足球/场
tennis | hit mass | n Tennis - | tennis/- | 网球/场
basketball | hit mass | m Basketball - | basketball/- | 篮球/场
chess | board mass | n Schach - | chess/- | 国际象棋/盘
volleyball | hit mass | m Volleyball - | volleyball/- | 排球/场
cards | hit mass | p Karten Karten | cards/-p | 牌/副
table_tennis | hit mass | n Tischtennis - | table tennis/- | 乒乓球/场
badminton | hit mass | n Federball - | badminton/- | 羽毛球/场
ball_toy | thing throw toy small gift catchball giveaway | m Ball Bälle | ball | 球/个
snowball | throw | m Schneeball Schneebälle | snowball | 雪球/个
stone | throw hand | m Stein Steine | stone | 石头/块
stick | throw hand thing | m Stock Stöcke | stick | 棍子/根
doll | toy gift thing small giveaway | f Puppe Puppen | doll | 娃娃/个
kite | toy gift thing hold | m Drachen Drachen | kite | 风筝/只
bat_club | hold small thing sporty | m Schläger Schläger | bat | 球棒/根
teddy | toy gift thing giveaway | m Teddybär Teddybären | teddy bear | 玩具熊/只
!frisbee | throw catchball toy | n Frisbee Frisbees | frisbee | 飞盘/个
!spinning_top | toy gift thing | m Kreisel Kreisel | spinning top | 陀螺/个
hat | head buy small gift | m Hut Hüte | hat | 帽子/顶
jacket | body buy hangup repaircloth | f Jacke Jacken | jacket | 夹克/件
coat | body buy hangup | m Mantel Mäntel | coat | 大衣/件
dress | body fem buy gift | n Kleid Kleider | dress/dresses | 连衣裙/条
shirt | body buy hangup | n Hemd Hemden | shirt | 衬衫/件
sweater | body buy gift | m Pullover Pullover | sweater | 毛衣/件
cap | head buy small | f Mütze Mützen | cap | 帽子/顶
scarf | head buy gift small | m Schal Schals | scarf/scarves | 围巾/条
skirt | body fem buy | m Rock Röcke | skirt | 裙子/条
helmet | head small buy | m Helm Helme | helmet | 头盔/顶
uniform | body | f Uniform Uniformen | uniform | 制服/件
t_shirt | body buy | n T-Shirt T-Shirts | T-shirt | T恤/件
glove | buy plural | m Handschuh Handschuhe | glove | 手套/副
suit | body buy | m Anzug Anzüge | suit | 西装/套
glasses | head small | f Brille Brillen | pair of glasses/pairs of glasses | 眼镜/副
!apron | body | f Schürze Schürzen | apron | 围裙/条
!poncho | body | m Poncho Ponchos | poncho | 斗篷/件
box | thing heavy insidebox open stand gift0 | f Kiste Kisten | box/boxes | 箱子/个
bag | carryhand thing insidebox buy small | f Tasche Taschen | bag | 包/个
basket | carryhand thing insidebox | m Korb Körbe | basket | 篮子/个
bucket | carryhand thing stand | m Eimer Eimer | bucket | 桶/个
suitcase | carryhand pull thing insidebox stand | m Koffer Koffer | suitcase | 行李箱/个
backpack | back thing buy | m Rucksack Rucksäcke | backpack | 背包/个
umbrella | hold thing buy small | m Regenschirm Regenschirme | umbrella | 雨伞/把
key | small thing lay giveaway | m Schlüssel Schlüssel | key | 钥匙/把
lock | thing lockfix | n Schloss Schlösser | lock | 锁/把
camera | small thing buy hold repair | f Kamera Kameras | camera | 相机/台
telephone | small thing buy repair hold | n Telefon Telefone | telephone | 电话/部
flower | pick plant gift thing paintpic buy watered giveaway | f Blume Blumen | flower | 花/朵
rose | pick plant gift watered buy giveaway | f Rose Rosen | rose | 玫瑰/朵
bouquet | gift hold thing buy giveaway | m Blumenstrauß Blumensträuße | bouquet of flowers/bouquets of flowers | 鲜花/束
tree | plant climb paintpic watered nextto | m Baum Bäume | tree | 树/棵
leaf | thing0 pickup | n Blatt Blätter | leaf/leaves | 叶子/片
vase | stand thing gift | f Vase Vasen | vase | 花瓶/个
cup | stand thing dish small | f Tasse Tassen | cup | 杯子/个
plate | stand thing dish | m Teller Teller | plate | 盘子/个
pot | stand thing dish heavy | m Topf Töpfe | pot | 锅/口
bottle | stand thing open small | f Flasche Flaschen | bottle | 瓶子/个
bowl | stand thing dish | f Schale Schalen | bowl | 碗/个
candle | stand thing buy gift | f Kerze Kerzen | candle | 蜡烛/根
lamp | stand thing repair buy | f Lampe Lampen | lamp | 灯/盏
clock | stand thing repair gift buy | f Uhr Uhren | clock | 钟/座
knife | tool lay small thing | n Messer Messer | knife/knives | 刀/把
spoon | lay thing small | m Löffel Löffel | spoon | 勺子/把
computer | repair thing buy stand | m Computer Computer | computer | 电脑/台
mouse_computer | mousepc | f Maus Mäuse | mouse/mice | 鼠标/个
radio | repair thing stand | n Radio Radios | radio | 收音机/台
ring | gift small buy lay lost | m Ring Ringe | ring | 戒指/枚
money | small0 mass | n Geld - | money/- | 钱/笔
toy | gift small thing buy toy repair giveaway | n Spielzeug Spielzeuge | toy | 玩具/个
present | gift hold thing openp giveaway | n Geschenk Geschenke | present | 礼物/份
hammer | tool hold thing | m Hammer Hämmer | hammer | 锤子/把
ladder | heavy climb leaning thing | f Leiter Leitern | ladder | 梯子/架
broom | hold thing | m Besen Besen | broom | 扫帚/把
sunglasses | head | f Sonnenbrille Sonnenbrillen | pair of sunglasses/pairs of sunglasses | 墨镜/副
beard | beardy | m Bart Bärte | beard | 胡子/把
light_bulb | small buy screw thing | f Glühbirne Glühbirnen | light bulb | 灯泡/个
!telescope | stand thing buy repair | n Fernrohr Fernrohre | telescope | 望远镜/台
!lantern | hold thing stand | f Laterne Laternen | lantern | 灯笼/盏
!magnifying_glass | hold thing small lay | f Lupe Lupen | magnifying glass/magnifying glasses | 放大镜/个
!typewriter | stand repair thing | f Schreibmaschine Schreibmaschinen | typewriter | 打字机/台
!globe | stand thing buy lookat | m Globus Globen | globe | 地球仪/个
!wheelbarrow | push | f Schubkarre Schubkarren | wheelbarrow | 独轮车/辆
!anchor | thing heavy | m Anker Anker | anchor | 锚/个
!compass | small lay lookat thing | m Kompass Kompasse | compass/compasses | 指南针/个
car | vehicle drive wash repair buy nextto | n Auto Autos | car | 汽车/辆
bicycle | bike repair push buy wash vehicle0 | n Fahrrad Fahrräder | bicycle | 自行车/辆
truck | vehicle drive repair nextto | m Lastwagen Lastwagen | truck | 卡车/辆
tractor | drive repair vehicle nextto | m Traktor Traktoren | tractor | 拖拉机/台
motorbike | bike grown repair push wash | n Motorrad Motorräder | motorbike | 摩托车/辆
cart | push pull | m Wagen Wagen | cart | 手推车/辆
pram | push | m Kinderwagen Kinderwagen | pram | 婴儿车/辆
sledge | pull | m Schlitten Schlitten | sledge | 雪橇/架
airplane | flyer plane watchable | n Flugzeug Flugzeuge | airplane | 飞机/架
crane_machine | machine nextto watchable | m Kran Kräne | crane | 起重机/台
balloon | flyer0 hold gift thing | m Luftballon Luftballons | balloon | 气球/个
ambulance | vehicle drive nextto | m Krankenwagen Krankenwagen | ambulance | 救护车/辆
!excavator | vehicle drive repair nextto machine | m Bagger Bagger | excavator | 挖掘机/台
!hot_air_balloon | plane watchable | m Heißluftballon Heißluftballons | hot-air balloon | 热气球/个
!scooter | bike | m Roller Roller | scooter | 滑板车/辆
house | build paintpic photo nextto | n Haus Häuser | house | 房子/座
snowman | pile photo | m Schneemann Schneemänner | snowman/snowmen | 雪人/个
sandcastle | pile photo | f Sandburg Sandburgen | sandcastle | 沙堡/座
wall | build paintwall | f Mauer Mauern | wall | 墙/堵
fence | build paintwall repair | m Zaun Zäune | fence | 栅栏/道
door | openclose paintwall repair | f Tür Türen | door | 门/扇
window | openclose cleanw | n Fenster Fenster | window | 窗户/扇
gate | openclose paintwall repair | n Tor Tore | gate | 大门/扇
tower | sight photo tall_thing | m Turm Türme | tower | 塔/座
tap | repair | m Wasserhahn Wasserhähne | tap | 水龙头/个
roof_thing | repair | n Dach Dächer | roof | 屋顶/个
shoe | cleanshoe plural | m Schuh Schuhe | shoe | 鞋子/双
music | hear mass | f Musik - | music/- | 音乐/首
song | hear sing1 | n Lied Lieder | song | 歌/首
story | tell hearing read | f Geschichte Geschichten | story/stories | 故事/个
washing | hangup0 mass hungwash | f Wäsche - | washing/- | 衣服/件
film_camera | - | f Filmkamera Filmkameras | film camera | 摄像机/台
weather | weather | n Wetter - | weather/- | 天气/种
!lighthouse | sight photo tall_thing nextto | m Leuchtturm Leuchttürme | lighthouse | 灯塔/座
!windmill | sight photo nextto repair | f Windmühle Windmühlen | windmill | 风车/座
!waterfall | photo sight0 | m Wasserfall Wasserfälle | waterfall | 瀑布/条
!scarecrow | pile0 photo nextto | f Vogelscheuche Vogelscheuchen | scarecrow | 稻草人/个
"""

PLACES = """
# concept | classes | German | English | Chinese | prepositions: German, English, Chinese word after the noun
park | outdoor through into walk | m Park Parks | park | 公园/个 | in in 里
garden | outdoor into home | m Garten Gärten | garden | 花园/个 | in in 里
street | outdoor across busy | f Straße Straßen | street | 马路/条 | auf on 上
kitchen | indoor into home cooking room | f Küche Küchen | kitchen | 厨房/间 | in in 里
beach | outdoor seaside walk | m Strand Strände | beach/beaches | 海滩/片 | an on 上
bench | sitting furniture nextto outseat | f Bank Bänke | bench/benches | 长椅/张 | auf on 上
forest | outdoor through into walk wilds | m Wald Wälder | forest | 森林/片 | in in 里
table | furniture surface nextto under | m Tisch Tische | table | 桌子/张 | auf on 上
chair | sitting furniture nextto under heavy | m Stuhl Stühle | chair | 椅子/把 | auf on 上
meadow | outdoor across pasture wilds walk | f Wiese Wiesen | meadow | 草地/片 | auf in 上
sofa | sitting lying furniture nextto | n Sofa Sofas | sofa | 沙发/张 | auf on 上
playground | outdoor kids | m Spielplatz Spielplätze | playground | 游乐场/个 | auf in 里
school | indoor study into visit | f Schule Schulen | school | 学校/所 | in at 里
market | shopping busy | m Markt Märkte | market | 市场/个 | auf at 上
lake | waterside inlake wilds | m See Seen | lake | 湖/个 | an by 边
river | waterside wilds | m Fluss Flüsse | river | 河/条 | an by 边
cafe | indoor eating into | n Café Cafés | café | 咖啡馆/家 | in in 里
restaurant | indoor eating into | n Restaurant Restaurants | restaurant | 餐馆/家 | in in 里
station | waiting busy travel | m Bahnhof Bahnhöfe | station | 火车站/个 | an at -
library | indoor study into | f Bibliothek Bibliotheken | library/libraries | 图书馆/座 | in in 里
living_room | indoor home into room | n Wohnzimmer Wohnzimmer | living room | 客厅/间 | in in 里
bed | lying furniture under nextto | n Bett Betten | bed | 床/张 | in in 上
square | outdoor across busy | m Platz Plätze | square | 广场/个 | auf in 上
yard | outdoor home farmyard | m Hof Höfe | yard | 院子/个 | in in 里
bedroom | indoor home into room | n Schlafzimmer Schlafzimmer | bedroom | 卧室/间 | in in 里
office | indoor working into | n Büro Büros | office | 办公室/间 | in in 里
field | outdoor farmyard pasture across | n Feld Felder | field | 田野/片 | auf in 里
hospital | indoor working hospital visit0 | n Krankenhaus Krankenhäuser | hospital | 医院/家 | in in 里
museum | indoor visit into | n Museum Museen | museum | 博物馆/座 | in in 里
bus_stop | waiting | f Bushaltestelle Bushaltestellen | bus stop | 公交车站/个 | an at -
shop | shopping indoor into | m Laden Läden | shop | 商店/家 | in in 里
train | travel ridein | m Zug Züge | train | 火车/列 | in on 上
bus | travel ridein | m Bus Busse | bus/buses | 公交车/辆 | in on 上
balcony | home0 outplace | m Balkon Balkone | balcony/balconies | 阳台/个 | auf on 上
bridge | across photo | f Brücke Brücken | bridge | 桥/座 | auf on 上
sea | seaside0 waterside | n Meer Meere | sea | 海/ | an by 边
zoo | zoo | m Zoo Zoos | zoo | 动物园/个 | in at 里
grass | mass lying pasture outlie | n Gras - | grass/- | 草地/片 | in in 上
blanket | lying outlie sitting lay | f Decke Decken | blanket | 毯子/条 | auf on 上
church | indoor visit singing photo | f Kirche Kirchen | church/churches | 教堂/座 | in in 里
stairs | sitting | f Treppe Treppen | staircase | 楼梯/段 | auf on 上
supermarket | shopping indoor into | m Supermarkt Supermärkte | supermarket | 超市/家 | in in 里
pool | swimming | n Schwimmbad Schwimmbäder | swimming pool | 游泳池/个 | in in 里
village | outdoor living through | n Dorf Dörfer | village | 村子/个 | in in 里
town | living through | f Stadt Städte | town | 城市/座 | in in 里
stage | stage | f Bühne Bühnen | stage | 舞台/个 | auf on 上
armchair | sitting furniture nextto | m Sessel Sessel | armchair | 扶手椅/把 | in in 上
workshop | indoor working making into | f Werkstatt Werkstätten | workshop | 车间/个 | in in 里
barn | indoor farmhouse into | f Scheune Scheunen | barn | 谷仓/座 | in in 里
stable | farmhouse | m Stall Ställe | stable | 马棚/个 | in in 里
castle | visit photo indoor | n Schloss Schlösser | castle | 宫殿/座 | in in 里
bank_money | bankwait into | f Bank Banken | bank | 银行/家 | in in 里
ball_dance | dancing | m Ball Bälle | ball | 舞会/场 | auf at 上
hotel | indoor into travel | n Hotel Hotels | hotel | 酒店/家 | in in 里
theatre | indoor stage0 into visit0 | n Theater Theater | theatre | 剧院/座 | in in 里
airport | waiting travel busy | m Flughafen Flughäfen | airport | 机场/个 | an at -
mountain | wilds climb photo climbhill | m Berg Berge | mountain | 山/座 | auf on 上
island | living photo | f Insel Inseln | island | 岛/座 | auf on 上
harbour | waterside0 busy photo | m Hafen Häfen | harbour | 港口/个 | in at 里
boat | boats photo | n Boot Boote | boat | 船/条 | in in 上
shelf | surface0 furniture shelf nextto heavy | n Regal Regale | shelf/shelves | 架子/个 | in on 上
cupboard | inside furniture nextto heavy | m Schrank Schränke | cupboard | 柜子/个 | in in 里
fridge | inside0 furniture nextto | m Kühlschrank Kühlschränke | fridge | 冰箱/台 | in in 里
drawer | inside | f Schublade Schubladen | drawer | 抽屉/个 | in in 里
desk | surface furniture nextto under | m Schreibtisch Schreibtische | desk | 书桌/张 | auf on 上
stove | stove | m Herd Herde | stove | 炉子/个 | auf on 上
windowsill | surface | f Fensterbank Fensterbänke | windowsill | 窗台/个 | auf on 上
wall_indoor | hangplace | f Wand Wände | wall | 墙/面 | an on 上
bathroom | indoor room | n Badezimmer Badezimmer | bathroom | 浴室/间 | in in 里
tent | lying0 camp | n Zelt Zelte | tent | 帐篷/顶 | in in 里
cinema | indoor film into | n Kino Kinos | cinema | 电影院/家 | in in 里
bakery | indoor baking into | f Bäckerei Bäckereien | bakery/bakeries | 面包店/家 | in in 里
!greenhouse | indoor into growing | n Gewächshaus Gewächshäuser | greenhouse | 温室/间 | in in 里
!monastery | indoor visit photo | n Kloster Klöster | monastery/monasteries | 修道院/座 | in in 里
!cave | wilds into | f Höhle Höhlen | cave | 山洞/个 | in in 里
!vineyard | outdoor walk through wilds | m Weinberg Weinberge | vineyard | 葡萄园/座 | in in 里
!courthouse | visit indoor working | n Gericht Gerichte | courthouse | 法院/家 | in in 里
!observatory | visit indoor | f Sternwarte Sternwarten | observatory/observatories | 天文台/座 | in in 里
"""

ADJECTIVES = """
# concept | kind | noun classes (-: not these) | German stem (before an ending) | English | Chinese before a noun | after 很 | comparatives
little | size | young pet graze tiny | klein | little | 小 | 小 |
big_thing | size | stand insidebox dish furniture outdoor boat toy vehicle house animal sight tree | groß | big | 大 | 大 | größer bigger
tall | size | adult tall_thing | groß | tall | 高大的 | 高 | größer taller
small_thing | size | stand insidebox dish furniture outdoor boat toy vehicle house sight tree | klein | small | 小 | 小 | kleiner smaller
young | age | prof man woman | jung | young | 年轻的 | 年轻 | jünger younger
old_person | age | adult animal | alt | old | 年老的 | 老 |
old_thing | age | thing furniture vehicle bike sight body head read map | alt | old | 旧 | 旧 | älter older
new | age | thing vehicle bike body head furniture read film | neu | new | 新 | 新 |
red | colour | thing vehicle bike body head flower rose apple tomato cherry strawberry | rot | red | 红色的 | 红 |
black | colour | animal thing vehicle body head bike | schwarz | black | 黑色的 | 黑 |
white | colour | butterfly animal body head vehicle thing | weiß | white | 白色的 | 白 |
blue | colour | butterfly thing vehicle bike body head | blau | blue | 蓝色的 | 蓝 |
brown | colour | animal body thing | braun | brown | 棕色的 | - |
green | colour | thing vehicle bike body head | grün | green | 绿色的 | 绿 |
yellow | colour | lemon banana thing vehicle bike body head flower rose | gelb | yellow | 黄色的 | 黄 |
grey | colour | animal body head | grau | grey | 灰色的 | 灰 |
colourful | colour | butterfly toy body head bird blanket | bunt | colourful | 五颜六色的 | - |
!turquoise | colour | thing bike body | türkis/türkisfarben | turquoise | 青绿色的 | - |
!purple | colour | body head flower rose bike | violett | purple | 紫色的 | - |
beautiful | opinion | flower rose sight body outdoor gift -food | schön | beautiful | 漂亮的 | 漂亮 |
friendly | opinion | person | freundlich | friendly | 友好的 | 友好 | freundlicher friendlier
funny | opinion | read film | lustig | funny | 有趣的 | 有趣 |
famous | opinion | musician_f painter photographer writer scientist football_player cook_m magician sight | berühmt | famous | 著名的 | 有名 |
expensive | opinion | gift vehicle bike | teuer/teur | expensive | 昂贵的 | 贵 |
cheap | opinion | gift bike body | billig | cheap | 便宜的 | 便宜 | billiger cheaper
heavy | opinion | heavy | schwer | heavy | 沉重的 | 重 | schwerer heavier
tired | feeling | person animal | müde | tired | 疲惫的 | 累 |
happy | state | person | glücklich | happy | 快乐的 | 高兴 |
hungry | feeling | person animal | hungrig | hungry | 饥饿的 | 饿 |
thirsty | feeling | person animal | durstig | thirsty | 口渴的 | 渴 |
sad | feeling | person | traurig | sad | 悲伤的 | 难过 |
nervous | feeling | person | nervös | nervous | 紧张的 | 紧张 |
curious | state | animal young | neugierig | curious | 好奇的 | 好奇 |
wet | state | animal body | nass | wet | 湿漉漉的 | 湿 |
dirty | state | bike vehicle body dish | schmutzig | dirty | 脏 | 脏 |
empty | state | dish insidebox | leer | empty | 空 | - |
broken | state | repair | kaputt | broken | 坏掉的 | - |
fresh | state | fruit | frisch | fresh | 新鲜的 | 新鲜 |
ripe | state | fruit | reif | ripe | 成熟的 | 熟 |
hot_food | state | soup coffee tea cocoa | heiß | hot | 热 | 热 |
cold_drink | state | water juice beer | kalt | cold | 凉 | 凉 |
warm | state | body head -helmet -glasses -sunglasses -t_shirt | warm | warm | 暖和的 | 暖和 | wärmer warmer
quiet | state | outdoor study | ruhig | quiet | 安静的 | 安静 | ruhiger quieter
dark | state | forest cave barn | dunkel/dunkl | dark | 黑暗的 | 暗 |
nice | weather | weather | schön | nice | 好 | 好 |
bad | weather | weather | schlecht | bad | 坏 | 不好 |
cold_weather | weather | weather | kalt | cold | 冷 | 冷 |
warm_weather | weather | weather | warm | warm | 暖和的 | 暖和 |
brave | opinion | adult | mutig | brave | 勇敢的 | 勇敢 |
elegant | opinion | adult body fem -kin | elegant | elegant | 优雅的 | 优雅 |
exciting | opinion | read film | spannend | exciting | 精彩的 | 精彩 |
long | size | scarf dress ladder stick coat | lang | long | 长 | 长 | länger longer
wild | opinion | wild | wild | wild | 野生的 | - |
strong | opinion | adult large | stark | strong | 强壮的 | 强壮 | stärker stronger
clever | opinion | person lively | klug | clever | 聪明的 | 聪明 | klüger cleverer
soft | opinion | blanket sofa bed sweater scarf | weich | soft | 柔软的 | 软 |
wooden | colour | doll | hölzern | wooden | 木头的 | - |
!rusty | state | bike tool | rostig | rusty | 生锈的 | - |
!crooked | opinion | paintwall tall_thing | schief | crooked | 歪 | 歪 |
!dusty | state | read furniture | staubig | dusty | 布满灰尘的 | - |
!shy | state | animal young | scheu/scheu | shy | 害羞的 | 害羞 |
!transparent | state | bottle vase | durchsichtig | transparent | 透明的 | 透明 |
"""

VERBS = """
# concept | frame | subjects | objects | places | German: infinitive, 3rd person, participle, h(at)/i(st), case or preposition | English: base, -ing, past, preposition | Chinese | reasons, marks
sleep | do | person | | lying outlie | schlafen schläft geschlafen h | sleep sleeping slept | 睡+觉 | tired
sleep_animal | do | pet | | lying nextto under | schlafen schläft geschlafen h | sleep sleeping slept | 睡+觉 | tired
sleep_outside | do | farm wild graze | | pasture farmhouse zoo | schlafen schläft geschlafen h | sleep sleeping slept | 睡+觉 | tired
play | do | young lively | | park beach meadow home kids | spielen spielt gespielt h | play playing played | 玩 | happy
laugh | do | person | | stage busy kids | lachen lacht gelacht h | laugh laughing laughed | 笑 | happy once
cry | do | young | | kids home | weinen weint geweint h | cry crying cried | 哭 | sad hungry once
dance | do | person | | stage dancing square garden beach | tanzen tanzt getanzt h | dance dancing danced | 跳+舞 | happy skill together
sing | do | person | | stage singing kids | singen singt gesungen h | sing singing sang | 唱+歌 | happy skill together loudly
swim | do | person waterbird | | inlake swimming | schwimmen schwimmt geschwommen i | swim swimming swam | 游+泳 | skill quickly slowly
run | do | person | | outdoor walk | rennen rennt gerannt i | run running ran | 跑+步 | happy quickly
run_animal | do | lively horse | | pasture walk | rennen rennt gerannt i | run running ran | 奔跑 | hungry quickly
stroll | do | adult | | walk waterside | spazieren_=gehen geht spazieren_gegangen i | stroll strolling strolled | 散+步 | nice_weather slowly alone together
work | do | adult | | working farmyard | arbeiten arbeitet gearbeitet h | work working worked | 工作 | alone together
wait | do | person | | waiting bankwait hospital | warten wartet gewartet h | wait waiting waited | 等待 | alone
rest | do | person | | outseat sitting | sich_aus=ruhen ruht ausgeruht h | rest resting rested | 休息 | tired
cook | do | adult | | cooking | kochen kocht gekocht h | cook cooking cooked | 做+饭 | hungry skill together
phone | do | adult | | sitting home busy | telefonieren telefoniert telefoniert h | talk_on_the_phone talking_on_the_phone talked_on_the_phone | 打+电话 | loudly quietly
shop | do | adult | | shopping | ein=kaufen kauft eingekauft h | shop shopping shopped | 购+物 | alone together
watch_tv | do | person | | home0 sofa living_room | fern=sehen sieht ferngesehen h | watch_television watching_television watched_television | 看+电视 | tired together
fish | do | adult | | waterside boats | angeln angelt geangelt h | fish fishing fished | 钓+鱼 | nice_weather skill alone
graze | do | graze | | pasture | grasen grast gegrast h | graze grazing grazed | 吃+草 | hungry
sunbathe | do | adult | | seaside outlie | sich_sonnen sonnt gesonnt h | sunbathe sunbathing sunbathed | 晒+太阳 | nice_weather
camp | do | adult | | waterside wilds | zelten zeltet gezeltet h | camp camping camped | 露营 | nice_weather together event
skate | do | person | | inlake | Schlittschuh_=laufen läuft Schlittschuh_gelaufen i | skate skating skated | 滑+冰 | skill slowly quickly
hike | do | adult | | wilds | wandern wandert gewandert i | hike hiking hiked | 徒步 | nice_weather alone together event
study | do | young student_f student_m | | study | lernen lernt gelernt h | study studying studied | 学习 | alone together
bark | do | dog | | outdoor home | bellen bellt gebellt h | bark barking barked | 叫 | hungry loudly
chat | do | adult | | sitting eating busy | sich_unterhalten unterhält unterhalten h | chat chatting chatted | 聊+天 | together plural quietly
breakfast | do | person | | eating home0 kitchen balcony | frühstücken frühstückt gefrühstückt h | have_breakfast having_breakfast had_breakfast | 吃+早饭 | hungry together
fly | do | bird flyer plane | | park | fliegen fliegt geflogen i | fly flying flew | 飞 | noplace quickly slowly
train_sport | do | football_player | | outdoor | trainieren trainiert trainiert h | train training trained | 训练 | together
pray | do | adult | | church | beten betet gebetet h | pray praying prayed | 祈祷 | quietly alone
snore | do | adult | | lying | schnarchen schnarcht geschnarcht h | snore snoring snored | 打+呼噜 | tired loudly
travel_by | do | person | | travel ridein | reisen reist gereist i | travel travelling travelled | 旅行 | alone together skipplace event
sit | pose | person | | sitting outseat lying seaside waterside | sitzen sitzt gesessen h | sit sitting sat | 坐 | tired alone
sit_animal | pose | pet | | sitting nextto under | sitzen sitzt gesessen h | sit sitting sat | 蹲 |
sit_bird | pose | bird | | bench meadow boat bridge balcony | sitzen sitzt gesessen h | sit sitting sat | 停 |
stand | pose | person | | outdoor busy waiting stage waterside | stehen steht gestanden h | stand standing stood | 站 | alone
stand_animal | pose | farm graze | | pasture farmyard farmhouse | stehen steht gestanden h | stand standing stood | 站 |
stand_outside | pose | large | | zoo | stehen steht gestanden h | stand standing stood | 站 |
lie | pose | person | | lying outlie | liegen liegt gelegen h | lie lying lay | 躺 | tired alone
lie_animal | pose | pet | | lying nextto under meadow | liegen liegt gelegen h | lie lying lay | 趴 | tired
lie_outside | pose | pig cow sheep goat | | pasture | liegen liegt gelegen h | lie lying lay | 趴 | tired
lie_zoo | pose | lion tiger bear | | zoo | liegen liegt gelegen h | lie lying lay | 趴 | tired
kneel | pose | gardener person | | grass meadow garden stage | knien kniet gekniet h | kneel kneeling knelt | 跪 |
read | do | person | read | sitting home study travel outseat | lesen liest gelesen h | read reading read | 看 | curious quietly single
write | do | adult | write | study eating home working | schreiben schreibt geschrieben h | write writing wrote | 写 | alone event noposs makes
eat | do | person | food | eating home outseat sitting | essen isst gegessen h | eat eating ate | 吃 | hungry slowly quickly measure each
eat_animal | do | graze pig rabbit | feed | farmyard pasture farmhouse | fressen frisst gefressen h | eat eating ate | 吃 | hungry slowly quickly each
eat_pet | do | dog cat | meat fish cheese bread | kitchen yard garden | fressen frisst gefressen h | eat eating ate | 吃 | hungry slowly quickly each
eat_zoo | do | elephant giraffe zebra monkey camel kangaroo | hay carrot banana apple | zoo | fressen frisst gefressen h | eat eating ate | 吃 | hungry slowly each
drink | do | person | drink | eating home sitting outseat | trinken trinkt getrunken h | drink drinking drank | 喝 | thirsty tired slowly single measure
cook_dish | do | adult | cook | cooking | kochen kocht gekocht h | cook cooking cooked | 煮 | hungry skill
bake | do | adult | bake | cooking baking | backen backt gebacken h | bake baking baked | 烤 | hungry skill lots makes
cut | do | adult | cut | cooking | schneiden schneidet geschnitten h | cut cutting cut | 切 | carefully with_knife
buy | do | adult | buy | shopping | kaufen kauft gekauft h | buy buying bought | 买 | modal event lots
sell | do | shop_assistant baker farmer gardener fisherman neighbour_f musician_f | buy | shopping busy | verkaufen verkauft verkauft h | sell selling sold | 卖 | modal event lots
carry_heavy | do | adult | heavy | home into outdoor | tragen trägt getragen h | carry carrying carried | 搬 | carefully together slowly
carry_hand | do | person | carryhand | busy waiting shopping | tragen trägt getragen h | carry carrying carried | 提 | zhe each noneg
carry_back | do | person | back | travel walk wilds | tragen trägt getragen h | carry carrying carried | 背 | zhe single each noneg
wear_body | do | adult | body | | tragen trägt getragen h | wear wearing wore | 穿 | zhe cold_weather single each
wear_head | do | person | head | | tragen trägt getragen h | wear wearing wore | 戴 | zhe cold_weather single each noneg
hold | do | person | hold | outdoor stage waiting | halten hält gehalten h | hold holding held | 拿 | zhe single each noneg
push | do | adult | push | outdoor busy walk | schieben schiebt geschoben h | push pushing pushed | 推 | slowly single
pull | do | person | pull | outdoor busy | ziehen zieht gezogen h | pull pulling pulled | 拉 | slowly single
throw | do | young | throw | outdoor kids waterside seaside | werfen wirft geworfen h | throw throwing threw | 扔 |
catch_ball | do | person dog | catchball | outdoor kids seaside | fangen fängt gefangen h | catch catching caught | 接 | skillfully
catch_fish | do | fisherman bear | fish | river lake harbour | fangen fängt gefangen h | catch catching caught | 捕 | single hungry
catch_mouse | do | cat fox owl | mouse_animal | garden barn yard | fangen fängt gefangen h | catch catching caught | 抓 | hungry noposs
catch_butterfly | do | young | butterfly | garden meadow | fangen fängt gefangen h | catch catching caught | 捉 | noposs
play_pluck | do | person | pluck | stage home busy | spielen spielt gespielt h | play playing played | 弹 | skill happy loudly quietly single bare
play_bow | do | person | bow | stage home busy | spielen spielt gespielt h | play playing played | 拉 | skill happy quietly single bare
play_wind | do | person | wind | stage home busy | spielen spielt gespielt h | play playing played | 吹 | skill happy loudly single bare
play_drum | do | person | drums | stage busy | spielen spielt gespielt h | play playing played | 敲 | skill happy loudly single bare
play_kick | do | person | kick | outdoor kids seaside | spielen spielt gespielt h | play playing played | 踢 | skill nice_weather together
play_hit | do | person | hit | outdoor kids seaside | spielen spielt gespielt h | play playing played | 打 | skill nice_weather together
play_board | do | person | board | outseat eating home | spielen spielt gespielt h | play playing played | 下 | skill together
ride_bike | do | person | bike | outdoor walk across | fahren fährt gefahren i auf+d | ride riding rode | 骑 | skill slowly quickly nice_weather single each
ride_horse | do | person | horse donkey camel | pasture walk | reiten reitet geritten i auf+d | ride riding rode | 骑 | skill slowly single each
drive | do | adult | drive | busy across | fahren fährt gefahren h | drive driving drove | 开 | skill slowly quickly single each
wash | do | adult | wash | yard outdoor | waschen wäscht gewaschen h | wash washing washed | 洗 | dirty_it carefully
wash_up | do | adult | dish | kitchen restaurant | ab=waschen wäscht abgewaschen h | wash washing washed | 洗 | carefully lots
repair | do | adult | repair | workshop garden yard | reparieren repariert repariert h | repair repairing repaired | 修理 | skill broken_it carefully event
build | do | carpenter adult | build | village garden island | bauen baut gebaut h | build building built | 建 | skill together noposs event makes
build_pile | do | young | pile | beach playground yard | bauen baut gebaut h | build building built | 堆 | together noposs makes
paint_wall | do | adult | paintwall | garden yard | streichen streicht gestrichen h | paint painting painted | 刷 | carefully single
paint_picture | do | painter young person | paintpic | park school workshop | malen malt gemalt h | paint painting painted | 画 | skill alone noposs event makes
photograph | do | photographer tourist_m adult | photo sight animal | outdoor wilds zoo | fotografieren fotografiert fotografiert h | photograph photographing photographed | 给~拍+照 | noposs event lots
feed | do | person | pet farm bird graze | farmyard farmhouse zoo park | füttern füttert gefüttert h | feed feeding fed | 喂 | hungry_it
stroke | do | person | pet horse donkey goat | home farmyard | streicheln streichelt gestreichelt h | stroke stroking stroked | 抚摸 | carefully
pour | do | adult | watered | garden balcony greenhouse | gießen gießt gegossen h | water watering watered | 浇 | carefully
pick | do | person | pick | garden field meadow | pflücken pflückt gepflückt h | pick picking picked | 摘 | together noposs lots
plant | do | gardener adult | plant | garden park | pflanzen pflanzt gepflanzt h | plant planting planted | 种 | together noposs event lots
open | do | person | openclose open openp | home shopping | auf=machen macht aufgemacht h | open opening opened | 打开 | carefully quietly curious single
close | do | person | openclose | home working shopping | zu=machen macht zugemacht h | close closing closed | 关 | cold_weather quietly single
look_at | do | person | lookat | sitting home museum | an=schauen schaut angeschaut h | look looking looked at | 看 | curious single
watch_film | do | person | movie | cinema living_room | an=schauen schaut angeschaut h | watch watching watched | 看 | curious single noposs
watch | do | person | bird wild flyer plane watchable | outdoor wilds zoo waterside | beobachten beobachtet beobachtet h | watch watching watched | 观察 | curious quietly noposs
visit | do | adult | visit sight | | besichtigen besichtigt besichtigt h | visit visiting visited | 参观 | modal noposs curious nonow single event
visit_person | do | person | kin neighbour_f neighbour_m | hospital village town | besuchen besucht besucht h | visit visiting visited | 看望 | modal nonow event
meet | do | adult | kin neighbour_f neighbour_m teacher_f | cafe station park bus_stop | treffen trifft getroffen h | meet meeting met | 跟~见+面 | nonow event
call | do | adult | kin neighbour_f doctor_f policeman | office home | an=rufen ruft angerufen h | call calling called | 给~打+电话 | modal nervous
pick_up | do | adult | kin young tourist_m | station airport school | ab=holen holt abgeholt h | pick_up picking_up picked_up | 接 | modal
hug | do | person | kin young | station airport home | umarmen umarmt umarmt h | hug hugging hugged | 拥抱 | happy
greet | do | person | neighbour_f neighbour_m kin prof | busy waiting street | begrüßen begrüßt begrüßt h | greet greeting greeted | 迎接 | friendly
examine | do | doctor_f doctor_m nurse | young kin pet | hospital | untersuchen untersucht untersucht h | examine examining examined | 检查 | carefully
draw_person | do | painter young | animal sight | zoo park | zeichnen zeichnet gezeichnet h | draw drawing drew | 画 | skill noposs
hear | do | person | hear | living_room train bus balcony bedroom | hören hört gehört h | listen listening listened to | 听 | tired happy single
tidy | do | adult | room desk workshop | | auf=räumen räumt aufgeräumt h | tidy tidying tidied | 收拾 | modal single
clean_window | do | adult | cleanw cleanshoe | home school | putzen putzt geputzt h | clean cleaning cleaned | 擦 | carefully
sweep | do | adult | street yard stairs playground | | fegen fegt gefegt h | sweep sweeping swept | 扫 | slowly single
climb | do | person | climb climbhill | | klettern klettert geklettert i auf+a | climb climbing climbed | 爬 | curious slowly carefully single
climb_animal | do | cat squirrel monkey | tree | | klettern klettert geklettert i auf+a | climb climbing climbed | 爬 | hungry quickly single
chase | do | dog cat fox | chased ball_toy rabbit bird | garden yard meadow | jagen jagt gejagt h | chase chasing chased | 追 | hungry noposs
search | do | person | small kin | home busy | suchen sucht gesucht h | look looking looked for | 找 | nervous
find | do | person | small ring | garden beach park street | finden findet gefunden h | find finding found | 找到 | nonow event
lose | do | person | small ring | park train street beach | verlieren verliert verloren h | lose losing lost | 丢 | nonow event
wait_for | do | adult | kin train bus waitress policeman | waiting | warten wartet gewartet h auf+a | wait waiting waited for | 等 | alone
play_with | do | young pet | toy | home outdoor kids | spielen spielt gespielt h mit+d | play playing played with | 玩 | happy quietly
play_with_pet | do | young | pet | home outdoor kids | spielen spielt gespielt h mit+d | play playing played with | 跟~玩 | happy quietly
talk_to | do | adult | prof kin | busy working waiting | sprechen spricht gesprochen h mit+d | talk talking talked to | 跟~说+话 | friendly quietly
help | do | person | kin young farmer neighbour_f | home farmyard | helfen hilft geholfen h dat | help helping helped | 帮助 | friendly modal
follow | do | dog cat duck young | kin prof | outdoor | folgen folgt gefolgt i dat | follow following followed | 跟着 | curious nowonly noneg
watch_person | do | person | football_player musician_f cook_m magician painter | stage0 outdoor | zu=schauen schaut zugeschaut h dat | watch watching watched | 观看 | curious
thank | do | person | nurse doctor_f teacher_f policeman firefighter | hospital school | danken dankt gedankt h dat | thank thanking thanked | 感谢 | happy
teach | do | teacher_m teacher_f | young student_f student_m | school | unterrichten unterrichtet unterrichtet h | teach teaching taught | 教 |
pack | do | person | suitcase backpack | bedroom hotel | packen packt gepackt h | pack packing packed | 收拾 | nervous modal
tune | do | musician_f | violin guitar piano | stage | stimmen stimmt gestimmt h | tune tuning tuned | 调 | carefully single
pick_up_thing | do | young | leaf stone | forest park | auf=heben hebt aufgehoben h | pick_up picking_up picked_up | 捡 | curious noposs each
go_into | go | person | into | | gehen geht gegangen i in+a | walk walking walked into | 走进 | slowly quickly alone
run_into | go | person lively | into | | rennen rennt gerannt i in+a | run running ran into | 跑进 | quickly
walk_through | go | adult | through | | gehen geht gegangen i durch+a | walk walking walked through | 穿过 | slowly alone
run_through | go | lively young | through | | rennen rennt gerannt i durch+a | run running ran through | 跑着穿过 | quickly
walk_across | go | person | across | | gehen geht gegangen i über+a | walk walking walked across | 走过 | slowly
go_under | go | cat squirrel mouse_animal rabbit | under | | kriechen kriecht gekrochen i unter+a | crawl crawling crawled under | 爬到~下面 | quickly slowly
give | give | adult | giveaway | young kin | geben gibt gegeben h | give giving gave | 给 | nonow measure ba
give_present | give | person | gift | young kin neighbour_f nurse | schenken schenkt geschenkt h | give giving gave | 送给 | nonow ba
show | give | person | show book map picture ring | young kin prof | zeigen zeigt gezeigt h | show showing showed | 给~看 | ba
read_aloud | give | adult | fairy_tale story newspaper poem | young kin | vor=lesen liest vorgelesen h | read reading read to | 给~读 | quietly
send | give | person | send | kin neighbour_f | schicken schickt geschickt h | send sending sent | 给~寄 | modal nonow
tell | give | adult | story | young kin | erzählen erzählt erzählt h | tell telling told | 给~讲 | quietly
sell_to | give | shop_assistant baker farmer | buy | adult | verkaufen verkauft verkauft h | sell selling sold to | 卖给 | nonow ba
put_stand | put | person | stand | surface stove windowsill shelf | stellen stellt gestellt h | put putting put | 放 | carefully
put_lay | put | person | lay | surface chair drawer | legen legt gelegt h | put putting put | 放 | carefully
hang_up | put | adult | hang | hangplace | hängen hängt gehängt h | hang hanging hung | 挂 | carefully
put_into | put | person | small lay hand | insidebox inside fridge | legen legt gelegt h | put putting put | 放 | carefully quickly
like | state | person | fruit pet cook drink music flower rose zoo | | mögen mag gemocht h | like liking liked | 喜欢 |
love | state | person | kin music pet | | lieben liebt geliebt h | love loving loved | 爱 |
know_person | state | adult | prof | | kennen kennt gekannt h | know knowing knew | 认识 |
need | state | person | small tool umbrella | | brauchen braucht gebraucht h | need needing needed | 需要 |
go_to_work | plain | adult | | | zur_Arbeit_=gehen geht zur_Arbeit_gegangen i | go_to_work going_to_work went_to_work | 去上班 | aim
go_to_bed | plain | person | | | ins_Bett_=gehen geht ins_Bett_gegangen i | go_to_bed going_to_bed went_to_bed | 上床睡觉 | aim
get_up | do | person | | | auf=stehen steht aufgestanden i | get_up getting_up got_up | 起床 | plainonly
arrive | do | train bus person | | station harbour hotel | an=kommen kommt angekommen i | arrive arriving arrived | 到达 | plainonly pastonly
rain | weather | | | | regnen regnet geregnet h | rain raining rained | 下+雨 |
snow | weather | | | | schneien schneit geschneit h | snow snowing snowed | 下+雪 |
"""

TIMES = """
# concept | tense | German | English, where (end, middle) | Chinese
yesterday | past | gestern | yesterday end | 昨天
this_morning | past | heute Morgen | this morning end | 今天早上
last_week | past | letzte Woche | last week end | 上周
last_year | past | letztes Jahr | last year end | 去年
on_monday | past | am Montag | on Monday end | 星期一
on_wednesday | past | am Mittwoch | on Wednesday end | 星期三
in_summer | past | im Sommer | in summer end | 夏天
year | past | im Jahr # | in # end | #年
right_now | now | gerade | right now end | 现在
today | now | heute | today end | 今天
in_the_evening | now | am Abend | in the evening end | 晚上
in_the_morning | now | am Morgen | in the morning end | 早上
in_the_afternoon | now | am Nachmittag | in the afternoon end | 下午
often | habit | oft | often middle | 经常
every_day | habit | jeden Tag | every day end | 每天
sometimes | habit | manchmal | sometimes middle | 有时候
every_evening | habit | jeden Abend | every evening end | 每天晚上
at_weekend | habit | am Wochenende | at the weekend end | 每个周末
rarely | habit | selten | rarely middle | 很少
every_morning | habit | jeden Morgen | every morning end | 每天早上
clock | habit | um # Uhr | at # o'clock end | #点
tomorrow | future | morgen | tomorrow end | 明天
next_week | future | nächste Woche | next week end | 下周
soon | future | bald | soon end | 很快就
on_saturday | future | am Samstag | on Saturday end | 星期六
next_year | future | nächstes Jahr | next year end | 明年
tonight | future | heute Abend | tonight end | 今晚
"""

MANNERS = """
# concept | German | English | Chinese
slowly | langsam | slowly | 慢慢地
quickly | schnell | quickly | 飞快地
carefully | vorsichtig | carefully | 小心地
loudly | laut | loudly | 大声地
quietly | leise | quietly | 轻轻地
alone | allein | alone | 独自
together | zusammen | together | 一起
skillfully | geschickt | skilfully | 熟练地
"""

MODIFIERS = """
# concept | German, first part of a compound | English | Chinese
wood | Holz | wooden | 木
stone | Stein | stone | 石
glass | Glas | glass | 玻璃
paper | Papier | paper | 纸
plastic | Plastik | plastic | 塑料
leather | Leder | leather | 皮
straw | Stroh | straw | 草
wool | Woll | woollen | 羊毛
silk | Seiden | silk | 丝绸
apple_kind | Apfel | apple | 苹果
cherry_kind | Kirsch | cherry | 樱桃
chocolate_kind | Schokoladen | chocolate | 巧克力
strawberry_kind | Erdbeer | strawberry | 草莓
lemon_kind | Zitronen | lemon | 柠檬
tomato_kind | Tomaten | tomato | 番茄
potato_kind | Kartoffel | potato | 土豆
vegetable_kind | Gemüse | vegetable | 蔬菜
fish_kind | Fisch | fish | 鱼
cheese_kind | Käse | cheese | 奶酪
pear_kind | Birnen | pear | 梨
orange_kind | Orangen | orange | 橙
nut_kind | Nuss | nut | 坚果
winter | Winter | winter | 冬季
summer | Sommer | summer | 夏季
rain_kind | Regen | rain | 雨
children | Kinder | children's | 儿童
sports | Sport | sports | 运动
school_kind | Schul | school | 学校
kitchen_kind | Küchen | kitchen | 厨房
garden_kind | Garten | garden | 花园
shopping_kind | Einkaufs | shopping | 购物
picture_kind | Bilder | picture | 图画
cook_kind | Koch | cook | 烹饪
travel_kind | Reise | travel | 旅行
toy_kind | Spielzeug | toy | 玩具
"""

# What may be compounded with what: a head, and the first parts that make sense before it.
COMPOUNDS = """
cake | apple_kind cherry_kind chocolate_kind cheese_kind lemon_kind strawberry_kind nut_kind pear_kind
soup | tomato_kind potato_kind vegetable_kind fish_kind cheese_kind
ice_cream | chocolate_kind strawberry_kind lemon_kind nut_kind
juice | apple_kind orange_kind cherry_kind tomato_kind pear_kind vegetable_kind
salad | potato_kind tomato_kind vegetable_kind fish_kind cheese_kind
pizza | cheese_kind vegetable_kind tomato_kind
sandwich | cheese_kind fish_kind
table | wood glass stone plastic kitchen_kind garden_kind
bridge | wood stone
house | wood stone
box | wood plastic
door | wood glass kitchen_kind garden_kind
bench | wood stone garden_kind
chair | wood plastic kitchen_kind garden_kind
fence | wood garden_kind
gate | wood garden_kind
toy | wood plastic children
boat | wood plastic paper
spoon | wood plastic
bottle | glass plastic
vase | glass
bowl | glass wood plastic
plate | plastic paper wood
cupboard | wood kitchen_kind
wall | stone garden_kind
hat | straw leather
bag | leather plastic sports school_kind travel_kind shopping_kind
basket | shopping_kind
jacket | leather winter rain_kind sports summer
coat | winter wool leather
dress | summer silk winter
scarf | wool silk winter
skirt | wool leather summer
sweater | winter
shirt | silk
glove | leather winter wool
cap | wool
shoe | leather sports winter summer
train | toy_kind
book | children cook_kind picture_kind travel_kind
clock | kitchen_kind
lamp | kitchen_kind
"""

FIRST_NAMES = """
Anna f 安娜; Paul m 保罗; Emma f 艾玛; Peter m 彼得; Maria f 玛丽亚; Thomas m 托马斯; Laura f 劳拉; Jan m 扬; Julia f 尤利娅;
Max m 马克斯; Lena f 莱娜; Felix m 费利克斯; Sara f 萨拉; Lukas m 卢卡斯; Klara f 克拉拉; David m 大卫; Eva f 埃娃;
Martin m 马丁; Nina f 尼娜; Daniel m 丹尼尔; Sophie f 索菲; Simon m 西蒙; Helena f 海伦娜; Robert m 罗伯特; Lisa f 丽莎;
Oskar m 奥斯卡; Marta f 玛尔塔; Georg m 格奥尔格; Ida f 伊达; Anton m 安东; Greta f 格蕾塔; Viktor m 维克多; Olga f 奥尔加;
Emil m 埃米尔; Rosa f 罗莎; Bruno m 布鲁诺; Irene f 伊雷妮; Konrad m 康拉德; Frida f 弗丽达; Hugo m 雨果; Tina f 蒂娜;
Oliver m 奥利弗; Carla f 卡拉; Leo m 利奥; Elsa f 艾尔莎; Adam m 亚当; Vera f 薇拉; Theo m 特奥; Dora f 多拉; Moritz m 莫里茨
"""

# A family name is one of the first and one of the second: an open class, of which most are met once or never.
SURNAME_STARTS = """
Stein 施泰因; Linden 林登; Rosen 罗森; Berg 贝格; Hoff 霍夫; Eichen 艾兴; Gold 戈尔德; Wald 瓦尔德; Neu 诺伊; Alten 阿尔滕;
Blumen 布卢门; Falken 法尔肯; Grün 格林; Hirsch 希尔施; Kalten 卡尔滕; Löwen 勒文; Mühl 米尔; Nuss 努斯; Ober 奥伯; Rahm 拉姆;
Sommer 佐默; Tannen 坦嫩; Ulmen 乌尔门; Vogel 福格尔; Winter 温特; Ziegel 齐格尔; Brand 布兰德; Dorn 多恩; Erlen 埃伦; Fried 弗里德
"""
SURNAME_ENDS = """
bach 巴赫; hausen 豪森; mann 曼; stein 施泰因; thal 塔尔; feld 费尔德; heim 海姆; dorf 多夫; kamp 坎普; wald 瓦尔德; meier 迈尔;
born 博恩; müller 米勒; hofer 霍费尔; rath 拉特; brink 布林克; reuter 罗伊特; graf 格拉夫; horst 霍斯特; kötter 克特; ling 林; bauer 鲍尔
"""

# German, English, Chinese.
CITIES = """
Berlin Berlin 柏林; Hamburg Hamburg 汉堡; München Munich 慕尼黑; Köln Cologne 科隆; Wien Vienna 维也纳; Leipzig Leipzig 莱比锡;
Dresden Dresden 德累斯顿; Bonn Bonn 波恩; Zürich Zurich 苏黎世; Paris Paris 巴黎; London London 伦敦; Rom Rome 罗马; Peking Beijing 北京;
Shanghai Shanghai 上海; Bremen Bremen 不来梅; Lübeck Lübeck 吕贝克; Nürnberg Nuremberg 纽伦堡; Basel Basel 巴塞尔; Prag Prague 布拉格;
Salzburg Salzburg 萨尔茨堡; Venedig Venice 威尼斯; Madrid Madrid 马德里; Warschau Warsaw 华沙; Kiel Kiel 基尔; Mainz Mainz 美因茨;
Kopenhagen Copenhagen 哥本哈根; Athen Athens 雅典; Oslo Oslo 奥斯陆; Ulm Ulm 乌尔姆; Genf Geneva 日内瓦; Lissabon Lisbon 里斯本; Nanjing Nanjing 南京
"""

# The relation of a thing to another, where it is not the place's own: German, English, Chinese after the noun.
RELATIONS = """
within | in | in | 里
under | unter | under | 下面
behind | hinter | behind | 后面
beside | neben | next_to | 旁边
before | vor | in_front_of | 前面
"""

# How much of something that is not counted: the measure, and what it measures.
MEASURES = """
# concept | German | English | Chinese | of what
cup_of | f Tasse Tassen | cup | 杯 | coffee tea cocoa
glass_of | n Glas Gläser | glass/glasses | 杯 | water milk juice wine lemonade
bottle_of | f Flasche Flaschen | bottle | 瓶 | water juice beer wine lemonade
slice_of | f Scheibe Scheiben | slice | 片 | bread cheese
piece_of | n Stück Stücke | piece | 块 | cake pizza cheese meat chocolate
bowl_of | f Schüssel Schüsseln | bowl | 碗 | soup rice noodles salad vegetables
"""

# What is called otherwise in Chinese with some verbs: soup is drunk, and a quiet voice is not a quiet hand.
CHINESE_VERBS = """
# verb | object | Chinese
eat | soup | 喝
"""
CHINESE_MEASURES = """
# verb | objects | measure word
plant | flower rose | 株
"""
CHINESE_MANNERS = """
# manner | verbs | Chinese
quietly | phone chat pray talk_to read_aloud tell | 小声地
quietly | read watch play_with play_with_pet | 静静地
loudly | play_pluck play_wind play_drum | 响亮地
carefully | examine tune | 仔细地
"""

# Chinese compounds that are not the sum of their parts: head, first part, both in Chinese.
CHINESE_COMPOUNDS = """
bag school_kind 书 包; bag shopping_kind 购物 袋; bag plastic 塑料 袋; jacket rain_kind 防雨 夹克;
table kitchen_kind 厨房 桌子; table garden_kind 花园 桌子; chair kitchen_kind 厨房 椅子; chair garden_kind 花园 椅子;
cupboard kitchen_kind 厨房 柜子
"""

# Chinese heads that are shorter in a compound: 果汁 is juice, 苹果汁 apple juice.
SHORT_HEADS = """
juice 汁; bottle 瓶; table 桌; chair 椅; box 箱; house 屋; spoon 勺; plate 盘; cupboard 柜; hat 帽; cap 帽; shoe 鞋; bag 包; skirt 裙;
basket 篮; bowl 碗
"""
