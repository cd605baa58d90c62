"""Made-up customers in several languages, and words of product titles."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """Where customers live: how often, what they are called, and their streets and towns."""

    share: int
    country: str
    language: str
    dialling_code: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]  # postcode and town


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


def _towns(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((code.strip(), name.strip()) for code, _, name in
                 (part.strip().partition("=") for part in text.split("|")))  # fmt: skip


REGIONS = (
    Region(
        50, "DE", "de", "+49151",
        _words("Anna Jürgen Leonie Mehmet Käthe Björn Sabine Uwe Jörg Frieda Ömer Lena Till Ute "
               "Kerstin Paul Emilia Ralf Svenja Götz Heike Moritz Elif Jonas Ingrid"),
        _words("Müller Schmidt Weiß Yılmaz Krüger Großmann Vogel Lehmann Köhler Öztürk Brandt "
               "Schröder Wolff Jäger Nowak Fuchs Kaiser Büttner Haas Winkler Schäfer Ebert Voß "
               "Hübner Reuter Kuhn Franke Pohl Arndt Thiele Seidel Grünwald"),
        _lines("Lindenstraße|Am Westhafen|Schönhauser Allee|Bahnhofstraße|Goethestraße|Ringweg"
               "|Große Gasse|An der Mühle|Karl-Marx-Straße|Gartenweg"),
        _towns("10117=Berlin|20095=Hamburg|80331=München|50667=Köln|04109=Leipzig|28195=Bremen"
               "|01067=Dresden|99084=Erfurt|24103=Kiel|79098=Freiburg"),
    ),
    Region(
        18, "FR", "fr", "+33612",
        _words("Élise François Amélie Jérôme Zoé Benoît Chloé Loïc Inès Théo Maëlle Rémi Fatou "
               "Hélène Marc Yasmine Noé Agathe Étienne Salomé"),
        _words("Dubois Lefèvre Garçon Mercier Béranger Petit Diallo Fournier Rousseau Noël "
               "Marchand "
               "Lemaître Côté Bernard Gauthier Renard Cissé Moulin Perrault Chevalier"),
        _lines("rue des Lilas|avenue de la République|rue du Château|boulevard Voltaire"
               "|impasse des Prés|place de l’Église|chemin Vert"),
        _towns("75011=Paris|69003=Lyon|13006=Marseille|31000=Toulouse|44000=Nantes"
               "|67000=Strasbourg|35000=Rennes"),
    ),
    Region(
        17, "GB", "en", "+44740",
        _words("Grace Oliver Siân Ewan Priya Callum Siobhán Harriet Tariq Imogen Rhys Nia Dylan "
               "Beatrice Owen Aisha Fergus Maeve Theo Winifred"),
        _words("O’Neill Hopper Ashworth Patel Lovelace MacDonald Okafor Thornton Pryce Bell "
               "Whitaker "
               "Khan Fairfax Lovell Hughes Sinclair Turner Bright Osborne Shah"),
        _lines("High Street|Station Road|Church Lane|Mill Hill|Victoria Terrace|Kings Road"
               "|The Crescent"),
        _towns("SW1A 1AA=London|M1 1AE=Manchester|CF10 1EP=Cardiff|EH1 1YZ=Edinburgh|LS1 4AP=Leeds"
               "|BS1 4DJ=Bristol"),
    ),
    Region(
        9, "PL", "en", "+48601",
        _words("Zofia Paweł Łucja Grzegorz Małgorzata Wojciech Agnieszka Jędrzej Bożena Kamil"),
        _words("Kowalczyk Wiśniewska Żółtowski Dąbrowska Wójcik Szymański Gąsior Jabłońska Król "
               "Zając"),
        _lines("ulica Długa|ulica Polna|aleja Jana Pawła|ulica Świętojańska|plac Wolności"),
        _towns("00-001=Warszawa|30-002=Kraków|50-001=Wrocław|80-001=Gdańsk|90-001=Łódź"),
    ),
    Region(
        4, "JP", "ja", "+81901",
        ("健太", "美咲", "陽子", "大輔", "さくら", "翔太", "直樹", "由美"),
        ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村"),
        ("本町", "中央", "東町", "緑ヶ丘"),
        _towns("100-0001=東京|530-0001=大阪|604-8001=京都|810-0001=福岡"),
    ),
    Region(
        2, "AE", "ar", "+97150",
        ("ليلى", "عمر", "فاطمة", "يوسف", "مريم", "خالد"),
        ("الهاشمي", "حداد", "منصور", "النجار", "سليمان"),
        ("شارع النخيل", "شارع الميناء", "شارع السلام"),
        _towns("00000=دبي|00000=أبوظبي|00000=الشارقة"),
    ),
)  # fmt: skip
# One customer of each seller has this name, whatever the number of orders.
RARE_NAME = "Zbigniew Quistgaard"

SHOPS = _words(
    "Lamps Leaf Paper Wool Clay Linen Spice Cycle Tools Toys Books Garden Sound Bath Lens Knife "
    "Honey Seeds Chairs Ink"
)
ADJECTIVES = _words("Small Large Round Brass Oak Linen Blue Red Plain Soft Heavy Folding")
THINGS = _words(
    "lamp shade bulb cord teapot cup tin chair towel brush notebook basket candle knife"
)
