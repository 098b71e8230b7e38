"""Names of synthetic people, mixed as California's enrolment is.

Pure data, no Django. The lists are our own; no row describes anybody. `unmistakable_surnames` and
`unmistakable_first_names` name those that cannot occur in a log by accident.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """One part of the population: its share in per mille, names, and what goes with them in the records.

    `races` are codes of the set Race, one tuple for a student; `languages` and `countries` are (code, weight) pairs
    of home languages and of birth countries; a country is a pair of country code and a city.
    """

    name: str
    share: int
    surnames: tuple[str, ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    races: tuple[tuple[str, ...], ...]
    hispanic: bool
    languages: tuple[tuple[str, int], ...]
    countries: tuple[tuple[str, str], ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


_SPANISH_SURNAMES = _words(
    "Aguilar Alvarado Álvarez Ávila Barajas Beltrán Calderón Cárdenas Castañeda Cervantes Chávez Contreras"
    " Cortés De_La_Cruz De_León Del_Toro Domínguez Enríquez Escobar Espinoza Esquivel Fernández Figueroa Fuentes"
    " Galván García Gómez González Guerrero Gutiérrez Hernández Herrera Ibáñez Jiménez Juárez López Maldonado"
    " Martínez Medina Meléndez Méndez Montañez Morales Muñoz Navarro Núñez Ochoa Orozco Ortiz Pacheco Peña Pérez"
    " Quiñones Ramírez Ramos Rentería Reyes Ríos Rodríguez Salazar Sánchez Sandoval Solís Tejeda Torres Trujillo"
    " Valdez Vargas Vásquez Velásquez Villalobos Villaseñor Yáñez Zambrano Zamora Zepeda Zúñiga"
)
_SPANISH_GIRLS = _words(
    "Abigail Adriana Alejandra Alondra Amairani Ana_Sofía Andrea Ángela Ariana Beatriz Camila Carolina Citlali"
    " Daniela Delilah Esmeralda Esperanza Estefanía Fátima Gabriela Genesis Guadalupe Isabella Itzel Jazlyn"
    " Jimena Leilani Leslie Lizbeth Luz_María Marisol Maritza Mía Natalia Nayeli Paloma Penélope Regina Renata"
    " Rocío Romina Samantha Sofía Valentina Valeria Vanessa Ximena Yaretzi Yesenia Zoe"
)
_SPANISH_BOYS = _words(
    "Adán Adrián Alejandro Alexis Andrés Ángel Anthony Armando Benjamín Brayan Cristian Damián Daniel Diego"
    " Eduardo Emiliano Emmanuel Enrique Esteban Fabián Fernando Francisco Gael Gerardo Guillermo Ignacio Iván"
    " Javier Joaquín Jonathan Jorge José_Luis Juan_Carlos Julián Leonardo Luis_Ángel Mateo Maximiliano"
    " Miguel_Ángel Moisés Nicolás Octavio Óscar Rafael Raúl Ricardo Rogelio Santiago Sebastián Thiago Ulises"
    " Vicente Xavier"
)
_ENGLISH_SURNAMES = _words(
    "Abernathy Anderson Applegate Bailey Blackwood Brubaker Buchanan Callahan Campbell Carmichael Chadwick"
    " Cunningham D'Amico D'Angelo Delacroix Donnelly Dougherty Ellsworth Fairbanks Fitzgerald Gallagher"
    " Gustafson Hamilton Harrington Hathaway Hendrickson Holloway Hutchinson Johnson Kirkpatrick Lindqvist"
    " MacDonald McAllister McCarthy Montgomery Nakashima-Reed O'Brien O'Connor O'Donnell O'Keefe O'Sullivan"
    " Pemberton Peterson Rasmussen Reynolds Robertson Schneider Shaughnessy Silverman St._John Stephenson"
    " Sutherland Thompson Underhill Vandenberg Westbrook Whitaker Wilkinson Winchester Woolridge Zimmerman"
)
_ENGLISH_GIRLS = _words(
    "Adelaide Amelia Annabelle Aubrey Beatrix Bridget Caroline Charlotte Clementine Cordelia Delaney Eleanor"
    " Elizabeth Emerson Evangeline Evelyn Fiona Genevieve Gwendolyn Hannah Harriet Isabel Josephine Juliette"
    " Katherine Lillian Mackenzie Madeleine Margaret Matilda Miranda Octavia Ophelia Penelope Quinn Rosalind"
    " Savannah Siobhán Tabitha Theodora Vivienne Willa Winifred Zoë"
)
_ENGLISH_BOYS = _words(
    "Alistair Augustus Barnaby Bartholomew Benedict Brendan Callum Christopher Cornelius Dashiell Declan"
    " Desmond Donovan Everett Ezekiel Finnegan Frederick Graham Gregory Harrison Hayden Jameson Jonah Kieran"
    " Lawrence Leland Malcolm Maximilian Nathaniel Oliver Patrick Percival Preston Quentin Reginald Roderick"
    " Sawyer Seán Solomon Sylvester Thaddeus Theodore Tobias Truman Wallace Wesley Zachary"
)

CULTURES: tuple[Culture, ...] = (
    Culture(
        "Mexican and Central American",
        540,
        _SPANISH_SURNAMES,
        _SPANISH_GIRLS,
        _SPANISH_BOYS,
        (("700",), ("700",), ("700",), ("100",), ("700", "100"), ()),
        True,
        (("eng", 46), ("spa", 51), ("zap", 2), ("mis", 1)),
        (("MX", "Oaxaca de Juárez"), ("MX", "Guadalajara"), ("SV", "San Salvador"), ("GT", "Quetzaltenango")),
    ),
    Culture(
        "European American",
        210,
        _ENGLISH_SURNAMES,
        _ENGLISH_GIRLS,
        _ENGLISH_BOYS,
        (("700",), ("700",), ("700",), ("700", "100"), ("700", "202")),
        False,
        (("eng", 97), ("rus", 1), ("ukr", 1), ("por", 1)),
        (("CA", "Saskatoon"), ("UA", "Lviv"), ("BR", "Curitiba")),
    ),
    Culture(
        "Armenian and Persian",
        22,
        _words(
            "Abrahamian Arakelyan Avetisyan Danielyan Farahani Ghazarian Grigoryan Hakobyan Hosseini Karapetyan"
            " Khachatryan Mkrtchyan Petrosyan Rahimi Sarkissian Tehrani Tumanyan Yeghiazaryan"
        ),
        _words("Anahit Ani Arpine Astghik Lusine Mariam Nairi Narineh Nazeli Parisa Roksana Shirin Yasaman Zabel"),
        _words("Aramayis Armen Artashes Arvin Davit Gevorg Hayk Kamran Levon Narek Sevak Tigran Vahagn Vartan"),
        (("700",),),
        False,
        (("eng", 25), ("hye", 55), ("fas", 20)),
        (("AM", "Yerevan"), ("IR", "Isfahan")),
    ),
    Culture(
        "African American",
        52,
        _words(
            "Baptiste Beauchamp Boudreaux Bradshaw Broussard Desrosiers Ellington Fontenot Franklin Garrison"
            " Gaskins Hawthorne Jefferson Kingsley Lattimore Mayfield Okonkwo Pettigrew Ransome Robinson"
            " Singleton Tillman Toussaint Tremblay Washington Witherspoon"
        ),
        _words(
            "Aaliyah Amani Aniyah Deja Ebony Gabrielle Imani Jada Kamari Keziah Layla Makayla Naomi Nia Nyla"
            " Serenity Simone Tatiana Zaria Zuri"
        ),
        _words(
            "Amir Cedric Darnell Demetrius DeShawn Elijah Isaiah Jalen Jamal Josiah Kamau Kendrick Malachi"
            " Malik Marquis Nehemiah Quincy Terrence Tyrell Zaire"
        ),
        (("600",), ("600",), ("600", "700"), ("600", "400")),
        False,
        (("eng", 96), ("fra", 2), ("mis", 2)),
        (("NG", "Enugu"), ("ET", "Addis Ababa")),
    ),
    Culture(
        "Chinese",
        38,
        _words(
            "Chang Chen Cheung Chiang Chow Fong Huang Kwong Leung Liang Lim-Wong Ng Ouyang Tsang Tseng Wong Yang Zhao"
        ),
        _words("Anqi Chloe Emily Huilin Jiaying Jingyi Kaitlyn Meiling Ruoxi Shuyuan Tiffany Wenxin Xinyi Yuxuan"),
        _words("Aaron Bowen Chenxi Derek Haoran Jiahao Junjie Kelvin Mingyu Raymond Tianyu Weilong Yifan Zihao"),
        (("201",),),
        False,
        (("eng", 35), ("zho", 65)),
        (("CN", "Guangzhou"), ("CN", "Chengdu")),
    ),
    Culture(
        "Vietnamese",
        25,
        _words("Bùi Đặng Dinh Đoàn Hoàng Huynh Lê Lương Nguyen Nguyễn Phạm Phan Trần Trinh Vũ"),
        _words("Bảo_Ngọc Diễm Hồng_Nhung Khánh_Linh Kim-Ly Mai-Anh Minh_Châu Ngân Phương_Thảo Quỳnh Thanh_Thúy Vy"),
        _words("Anh_Tuấn Bảo Đức Gia_Huy Hiếu Hoàng_Long Khôi Minh_Khang Nam Phúc Quang_Vinh Thiên"),
        (("204",),),
        False,
        (("eng", 40), ("vie", 60)),
        (("VN", "Đà Nẵng"), ("VN", "Cần Thơ")),
    ),
    Culture(
        "South Asian",
        34,
        _words(
            "Agarwal Bhattacharya Chaudhary Dhaliwal Gill Grewal Iyengar Krishnamurthy Mukherjee Natarajan"
            " Patel Randhawa Sandhu Srinivasan Subramaniam Venkataraman"
        ),
        _words(
            "Aadhya Ananya Anushka Gurleen Harleen Ishani Jasleen Kavya Meenakshi Navneet Priyanka Saanvi Simran Tanvi"
        ),
        _words(
            "Aarav Abhinav Arjun Dhruv Gurpreet Harjinder Ishaan Karthik Manpreet Pranav Rohan Siddharth Vihaan Vivek"
        ),
        (("205",),),
        False,
        (("eng", 40), ("pan", 28), ("hin", 14), ("tel", 10), ("tam", 8)),
        (("IN", "Ludhiana"), ("IN", "Hyderabad")),
    ),
    Culture(
        "Filipino",
        26,
        _words(
            "Agbayani Bautista Bonifacio Cabanilla Dimaculangan Dumlao Evangelista Lacsamana Macaraeg Magsaysay"
            " Mangubat Manalo Panganiban Pangilinan Salonga Villanueva"
        ),
        _words("Amihan Bianca Carmela Danica Frances Jasmine Kristine Ligaya Maricel Mayumi Tala Trisha"),
        _words("Andrei Benigno Carlo Emil Gabriel Jericho Joshua Lorenzo Matthias Paolo Rafe Vincent"),
        (("400",), ("400",), ("400", "700")),
        False,
        (("eng", 66), ("fil", 20), ("tgl", 14)),
        (("PH", "Iloilo City"), ("PH", "Baguio")),
    ),
    Culture(
        "Korean and Japanese",
        14,
        _words("Hwang Kang Kwon Matsumoto Nakagawa Nakamura Park-Ellis Shimizu Takahashi Yamashita Yoon"),
        _words("Ayaka Eunji Haeun Hikari Jiwoo Mizuki Sakura Seoyeon Soojin Yuna"),
        _words("Daichi Dohyun Haruki Hyunwoo Jiho Kenji Minjun Ryota Seojun Takumi"),
        (("203",), ("202",)),
        False,
        (("eng", 45), ("kor", 40), ("jpn", 15)),
        (("KR", "Daejeon"), ("JP", "Sendai")),
    ),
    Culture(
        "Hmong, Lao and Khmer",
        16,
        _words("Chanthavong Cheav Khamvongsa Lor Moua Phommachanh Sengdara Sihavong Thao Vang Xayavong Xiong Yang-Her"),
        _words("Bopha Gaoly Kalia Maikou Mayhlee Pahoua Paj Sopheap Vanida Yer"),
        _words("Bounmy Chue Fue Khamphet Kou Nhia Pheng Sophal Toua Yeng"),
        (("208",), ("206",), ("207",)),
        False,
        (("eng", 38), ("hmn", 34), ("lao", 14), ("khm", 14)),
        (("LA", "Vientiane"), ("TH", "Loei"), ("KH", "Battambang")),
    ),
    Culture(
        "Pacific Islander",
        6,
        _words("Faleafa Faumuina Kahananui Kealoha Leiataua Manumaleuga Taliaferro Tuiasosopo Vaovasa"),
        _words("Keala Lani Malia Moana Nalani Sina Tiare"),
        _words("Afa Ikaika Kaimana Keoni Makoa Sione Tavita"),
        (("303",), ("301",), ("302",), ("304",), ("399",)),
        False,
        (("eng", 82), ("smo", 18)),
        (("WS", "Apia"), ("AS", "Pago Pago")),
    ),
    Culture(
        "American Indian",
        6,
        _words("Blackwater Featherstone Lightfoot Longwalker Nightsky Riverstone Swiftwater Whitehorse"),
        _words("Aiyana Dyani Kaya Leotie Mahala Nizhoni Winona"),
        _words("Ahanu Chayton Kele Koda Nakoma Tokala Yuma"),
        (("100",), ("100",), ("100", "700")),
        False,
        (("eng", 99), ("mis", 1)),
        (("US", "Flagstaff"),),
    ),
    Culture(
        "Arab and Afghan",
        11,
        _words("Al-Khalil Al-Masri Barakzai El-Amin Haddadin Karimzada Mansouri Noorzai Popalzai Qureshi Shakarchi"),
        _words("Amina Farishta Leilah Marwa Nadia Noor Rania Safiya Soraya Yasmin"),
        _words("Ahmad Bilal Farhad Hamza Idris Jamshid Khalid Mustafa Tariq Yusuf"),
        (("700",), ("299",)),
        False,
        (("eng", 22), ("ara", 42), ("pus", 18), ("fas", 18)),
        (("AF", "Herat"), ("SY", "Homs"), ("IQ", "Mosul")),
    ),
)

ACCENTED = (
    ("María José", "Peña Núñez"),
    ("José Ángel", "García Muñoz"),
    ("Zoë", "Lindqvist"),
    ("Siobhán", "Ó Súilleabháin"),
)
APOSTROPHES = (("Bridget", "O'Sullivan"), ("D'Andre", "O'Keefe"), ("Brendan", "D'Angelo"), ("Ja'Nae", "O'Connor"))
HYPHENS = (("Mary-Kate", "Abernathy-Jones"), ("Jean-Luc", "Delacroix-Wu"), ("Anne-Marie", "Hernández-Fitzgerald"))

_COMMON_WORDS = frozenset(
    {"Franklin", "Genesis", "Hamilton", "Harrison", "Jefferson", "Washington", "Winchester", "Serenity"}
)
_SHORTEST_UNMISTAKABLE = 7


def unmistakable_surnames() -> tuple[str, ...]:
    """Surnames of the demo data that occur in no other text: seven letters or more, no common word; sorted.

    As the records hold them; some postings carry them in upper case, so compare without regard to case.
    """
    others = tuple(last for _, last in (*ACCENTED, *APOSTROPHES, *HYPHENS))
    return _unmistakable(name for culture in CULTURES for name in (*culture.surnames, *others))


def unmistakable_first_names() -> tuple[str, ...]:
    """The same of first names."""
    others = tuple(first for first, _ in (*ACCENTED, *APOSTROPHES, *HYPHENS))
    return _unmistakable(name for culture in CULTURES for name in (*culture.girls, *culture.boys, *others))


def _unmistakable(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if len(name) >= _SHORTEST_UNMISTAKABLE} - _COMMON_WORDS))
