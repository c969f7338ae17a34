"""The 1C that the shipped mapping of consultations names, on loopback."""

from tests.standins.onec import OneCStandIn

CLIENTS, DOCUMENTS = "Catalog_Контрагенты", "Document_Обращение"
QUEUED, CLOSED = "ВОчередьНаКонсультациюИТС", "КонсультацияИТС"

FIELDS = {
    CLIENTS: {"ВнешнийКод": "string", "ИНН": "string", "Телефон": "string", "ЭлектроннаяПочта": "string", "ДатаИзменения": "datetime"},
    DOCUMENTS: {
        "Контрагент_Key": "guid",
        "ВнешнийКод": "string",
        "ВидОбращения": "string",
        "ТекстОбращения": "string",
        "Тема": "string",
        "Важность": "string",
        "Язык": "string",
        "ДатаКонсультации": "datetime",
        "КатегорияВопроса_Key": "guid",
        "ТиповойВопрос_Key": "guid",
        "НомерДиалога": "string",
        "ДатаИзменения": "datetime",
    },
}


def onec() -> OneCStandIn:
    """A publication with the catalogue of clients and the document of consultations."""
    return OneCStandIn(FIELDS)
