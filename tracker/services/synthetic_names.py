"""Invented names and real places of the region, for synthetic data; nobody here exists."""

from random import Random
from typing import NamedTuple

_SPANISH_GIVEN = (
    "María Sofía Lucía Valentina Camila Martina Ximena Noelia Inés Rocío Belén Alejandra Graciela "
    "Yolanda Itzel José Iván Andrés Tomás Matías Joaquín Agustín Nicolás Ángel Óscar Raúl Emilio "
    "Facundo Hernán Gonzalo Julián Íñigo Wilmer"
).split()
_SPANISH_FAMILY = (
    "Núñez Pérez González Hernández Rodríguez Martínez Gutiérrez Muñoz Peña Ibáñez Ordóñez Rojas "
    "Quispe Mamani Huamán Benítez Acuña Zúñiga Cáceres Villalba Echeverría Sepúlveda Arriagada "
    "Bermúdez Castellanos Morales Xol Tzoc Cabrera Etcheverry Olivera Pineda Reyes Solís Urrutia"
).split()
_PORTUGUESE_GIVEN = (
    "João Tiago Luís Vinícius Caetano Fábio Márcio Antônio Letícia Júlia Beatriz Lívia Débora "
    "Conceição Tainá Antônia Isadora Raíssa"
).split()
_PORTUGUESE_FAMILY = (
    "Gonçalves|de Araújo|Guimarães|da Conceição|Magalhães|Brandão|dos Santos|Falcão|Simões|"
    "de Souza|Moreira|Assunção|Figueiredo|do Nascimento|Sampaio|Cavalcanti"
).split("|")
_ENGLISH_GIVEN = (
    "Denise Keisha Shanice Marlon Andre Camille Kerry-Ann Dwayne Tricia Garfield Simone Winston "
    "Anika Roxanne Delroy Ramesh Indira Devon Nerissa Curtis"
).split()
_ENGLISH_FAMILY = (
    "Baptiste|Joseph|Campbell|Ramsaran|Mohammed|Persaud|Alleyne|Greenidge|Rolle|O'Garro|"
    "St. Hilaire|Braithwaite|Maharaj|Thompson-Reid|Clarke|Bissessar|Cumberbatch|Singh"
).split("|")
_FRENCH_GIVEN = (
    "Jean-Robert Mirlande Wideline Frantz Nadège Évens Guerline Réginald Josué Cédric Aimée "
    "Marie-Ange Loïc Anaïs"
).split()
_FRENCH_FAMILY = (
    "Désir Pierre-Louis Toussaint Jean-Baptiste Célestin Étienne Saint-Vil Aimé Noël Lafortune "
    "Édouard Médard"
).split()
_DUTCH_GIVEN = (
    "Roëlle Orlando Sherwin Rudsel Marijke Gwendoline Elroy Jurgen Anneke Xaviera".split()
)
_DUTCH_FAMILY = (
    "van der Meer|Martina|Croes|Wijdenbosch|Pinas|Maduro|Ramdin|de Windt|Kartosoewito|Girigorie"
).split("|")
_NAMES = {
    "es": (_SPANISH_GIVEN, _SPANISH_FAMILY),
    "pt": (_PORTUGUESE_GIVEN, _PORTUGUESE_FAMILY),
    "en": (_ENGLISH_GIVEN, _ENGLISH_FAMILY),
    "fr": (_FRENCH_GIVEN, _FRENCH_FAMILY),
    "nl": (_DUTCH_GIVEN, _DUTCH_FAMILY),
}
_TRADITION = {
    "BR": "pt", "HT": "fr", "MQ": "fr", "GF": "fr", "GP": "fr", "SR": "nl", "CW": "nl", "AW": "nl",
    **dict.fromkeys(("AG", "BB", "BS", "BZ", "GD", "GY", "JM", "LC", "TT"), "en"),
}  # fmt: skip


class Place(NamedTuple):
    """A city, where it lies and whose clocks it keeps."""

    city: str
    country: str
    zone: str
    latitude: float
    longitude: float


PLACES = (
    Place("Buenos Aires", "AR", "America/Argentina/Buenos_Aires", -34.61, -58.38),
    Place("Córdoba", "AR", "America/Argentina/Cordoba", -31.42, -64.18),
    Place("La Paz", "BO", "America/La_Paz", -16.5, -68.15),
    Place("São Paulo", "BR", "America/Sao_Paulo", -23.55, -46.63),
    Place("Fortaleza", "BR", "America/Fortaleza", -3.73, -38.52),
    Place("Manaus", "BR", "America/Manaus", -3.12, -60.02),
    Place("Santiago", "CL", "America/Santiago", -33.45, -70.67),
    Place("Bogotá", "CO", "America/Bogota", 4.71, -74.07),
    Place("Medellín", "CO", "America/Bogota", 6.24, -75.58),
    Place("San José", "CR", "America/Costa_Rica", 9.93, -84.08),
    Place("La Habana", "CU", "America/Havana", 23.11, -82.37),
    Place("Santo Domingo", "DO", "America/Santo_Domingo", 18.49, -69.93),
    Place("Quito", "EC", "America/Guayaquil", -0.18, -78.47),
    Place("San Salvador", "SV", "America/El_Salvador", 13.69, -89.22),
    Place("Ciudad de Guatemala", "GT", "America/Guatemala", 14.63, -90.51),
    Place("Tegucigalpa", "HN", "America/Tegucigalpa", 14.07, -87.19),
    Place("Ciudad de México", "MX", "America/Mexico_City", 19.43, -99.13),
    Place("Mérida", "MX", "America/Merida", 20.97, -89.62),
    Place("Tijuana", "MX", "America/Tijuana", 32.51, -117.04),
    Place("Managua", "NI", "America/Managua", 12.11, -86.24),
    Place("Ciudad de Panamá", "PA", "America/Panama", 8.98, -79.52),
    Place("Asunción", "PY", "America/Asuncion", -25.26, -57.58),
    Place("Lima", "PE", "America/Lima", -12.05, -77.04),
    Place("San Juan", "PR", "America/Puerto_Rico", 18.47, -66.11),
    Place("Montevideo", "UY", "America/Montevideo", -34.9, -56.16),
    Place("Caracas", "VE", "America/Caracas", 10.48, -66.9),
    Place("St. John's", "AG", "America/Antigua", 17.12, -61.85),
    Place("Nassau", "BS", "America/Nassau", 25.05, -77.35),
    Place("Bridgetown", "BB", "America/Barbados", 13.1, -59.61),
    Place("Belize City", "BZ", "America/Belize", 17.5, -88.2),
    Place("St. George's", "GD", "America/Grenada", 12.06, -61.75),
    Place("Georgetown", "GY", "America/Guyana", 6.8, -58.16),
    Place("Kingston", "JM", "America/Jamaica", 17.97, -76.79),
    Place("Castries", "LC", "America/St_Lucia", 14.01, -60.99),
    Place("Port of Spain", "TT", "America/Port_of_Spain", 10.65, -61.52),
    Place("Port-au-Prince", "HT", "America/Port-au-Prince", 18.54, -72.34),
    Place("Fort-de-France", "MQ", "America/Martinique", 14.6, -61.07),
    Place("Pointe-à-Pitre", "GP", "America/Guadeloupe", 16.24, -61.53),
    Place("Cayenne", "GF", "America/Cayenne", 4.92, -52.31),
    Place("Paramaribo", "SR", "America/Paramaribo", 5.85, -55.2),
    Place("Willemstad", "CW", "America/Curacao", 12.11, -68.93),
    Place("Oranjestad", "AW", "America/Aruba", 12.52, -70.04),
)
# Larger countries come up more often.
_WEIGHTED = tuple(
    place for place in PLACES for _ in range(3 if place.country in ("AR", "BR", "CO", "MX") else 1)
)


def any_place(rng: Random) -> Place:
    """A city of the region."""
    return rng.choice(_WEIGHTED)


def person_name(rng: Random, country: str) -> str:
    """An invented name in the tradition of a country, behind the word that marks it as such."""
    tradition = _TRADITION.get(country, "es")
    given, family = _NAMES[tradition]
    first = rng.choice(given)
    if tradition == "es" and rng.random() < 0.25:
        first += " " + rng.choice(given)
    last = rng.choice(family)
    if tradition in ("es", "pt") and rng.random() < 0.7:
        last += " " + rng.choice(family)
    return f"Demo {first} {last}"


class OrganizationShape(NamedTuple):
    """What a kind of organization is called, and which stakeholder group it belongs to."""

    kind: str
    group: str
    en: str
    es: str
    pt: str


ORGANIZATION_SHAPES = (
    OrganizationShape("operators-group", "technical-community", "Network Operators of {}",
                      "Operadores de redes de {}", "Operadores de redes de {}"),
    OrganizationShape("internet-registry", "technical-community", "Domain Registry of {}",
                      "Registro de dominios de {}", "Registro de domínios de {}"),
    OrganizationShape("ixp-association", "technical-community", "Internet Exchange of {}",
                      "Punto de intercambio de {}", "Ponto de troca de tráfego de {}"),
    OrganizationShape("government", "government", "Telecommunications Authority of {}",
                      "Autoridad de telecomunicaciones de {}",
                      "Autoridade de telecomunicações de {}"),
    OrganizationShape("private-company", "private-sector", "Provider of {}",
                      "Proveedor de {}", "Provedor de {}"),
    OrganizationShape("private-company", "private-sector", "Data Centers of {}",
                      "Centros de datos de {}", "Centros de dados de {}"),
    OrganizationShape("civil-society", "civil-society", "Digital Rights Collective of {}",
                      "Colectivo de derechos digitales de {}",
                      "Coletivo de direitos digitais de {}"),
    OrganizationShape("internet-association", "civil-society", "Internet Association of {}",
                      "Asociación de Internet de {}", "Associação da Internet de {}"),
    OrganizationShape("university-association", "academia", "University of {}",
                      "Universidad de {}", "Universidade de {}"),
    OrganizationShape("intergovernmental", "intergovernmental", "Digital Agenda Office of {}",
                      "Oficina de agenda digital de {}", "Escritório de agenda digital de {}"),
    OrganizationShape("other", "media", "Technology Weekly of {}",
                      "Semanario de tecnología de {}", "Semanário de tecnologia de {}"),
)  # fmt: skip

# How an event of a kind is called in en, es and pt.
KIND_NAMES = {
    "meeting": ("Synthetic meeting", "Reunión sintética", "Reunião sintética"),
    "forum": ("Synthetic forum", "Foro sintético", "Fórum sintético"),
    "summit": ("Synthetic summit", "Cumbre sintética", "Cúpula sintética"),
    "training": ("Synthetic training", "Capacitación sintética", "Capacitação sintética"),
    "workshop": ("Synthetic workshop", "Taller sintético", "Oficina sintética"),
    "webinar": ("Synthetic webinar", "Seminario web sintético", "Webinar sintético"),
    "tutorial": ("Synthetic tutorial", "Tutorial sintético", "Tutorial sintético"),
    "talk": ("Synthetic talk", "Charla sintética", "Palestra sintética"),
    "session": ("Synthetic session", "Sesión sintética", "Sessão sintética"),
    "bilateral": ("Synthetic bilateral", "Bilateral sintética", "Bilateral sintética"),
    "other": ("Synthetic gathering", "Encuentro sintético", "Encontro sintético"),
}
SUBJECTS = (
    ("IPv6 deployment", "despliegue de IPv6", "implantação do IPv6"),
    ("RPKI and route origin validation", "RPKI y validación de origen",
     "RPKI e validação de origem"),
    ("DNSSEC operations", "operación de DNSSEC", "operação do DNSSEC"),
    ("Internet exchange points", "puntos de intercambio", "pontos de troca de tráfego"),
    ("universal acceptance", "aceptación universal", "aceitação universal"),
    ("multistakeholder governance", "gobernanza multisectorial", "governança multissetorial"),
    ("community networks", "redes comunitarias", "redes comunitárias"),
    ("resilience after hurricanes", "resiliencia ante huracanes", "resiliência a furacões"),
    ("incident response", "respuesta a incidentes", "resposta a incidentes"),
    ("number resource policy", "políticas de recursos numéricos",
     "políticas de recursos numéricos"),
    ("digital agenda", "agenda digital", "agenda digital"),
    ("children online", "niñez en línea", "crianças na rede"),
)  # fmt: skip
