"""What can be wrong with the administrator's line to a client; `reason` is what the admin chat reads."""

from typing import ClassVar

from chalicelib.core.errors import Conflict, Invalid


class CommandRefused(Invalid):
    """A line that is no command; `detail` says where, as for any payload."""

    reason: ClassVar[str]

    def __init__(self) -> None:
        super().__init__([{"loc": ["body", "command"], "msg": self.message, "type": self.code}])


class NoColon(CommandRefused):
    code = "command_without_colon"
    message = "A colon must part the lead number from the text: `br0722: text`."
    reason = "нет двоеточия после номера. Пишите так: «br0722: текст»."


class NoLead(CommandRefused):
    code = "command_without_lead"
    message = "What stands before the colon is no lead number."
    reason = "перед двоеточием не номер клиента. Пишите так: «br0722: текст»."


class NoText(CommandRefused):
    code = "command_without_text"
    message = "There is no text after the colon."
    reason = "после двоеточия нет текста."


class EditedLine(CommandRefused):
    code = "command_edited"
    message = "A line that was edited is not sent again."
    reason = "исправленная строка не отправляется. Пришлите её новой."


class ClientWithoutBot(Conflict):
    code = "client_without_bot"
    message = "This client has not opened the bot, so it cannot write to him."
    reason = "клиент ещё не открыл бота. Свяжитесь с ним по контактам из заявки."


class ClientUnreachable(Conflict):
    code = "client_unreachable"
    message = "This client has blocked the bot or deleted his account."
    reason = "клиент заблокировал бота. Свяжитесь с ним по контактам из заявки."
