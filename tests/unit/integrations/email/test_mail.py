"""A mail as it is written, and both of its carriers: taken, refused for ever, busy, down, and an answer that is lost."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations.email.mail import Mail
from chalicelib.integrations.email.ses import SesClient
from chalicelib.integrations.email.smtp import SmtpClient, SmtpServer
from chalicelib.integrations.recipients import RecipientBusy, RecipientRefused
from tests.standins.ses import SesStandIn
from tests.standins.smtp import SmtpStandIn

ANNA = "anna@example.org"
LINK = f"<https://desk.example/u/{'x' * 300}>"
MAIL = Mail("Клуб «Мы» <no-reply@club.example>", ANNA, "Код для входа", "Код: 1234\n\nДо встречи", "01kabc", {"List-Unsubscribe": LINK})


def read(mail: Mail):
    return message_from_bytes(mail.content(), policy=policy.SMTP)


def test_a_mail_says_what_it_was_given():
    mail = read(MAIL)
    assert (mail["From"].addresses[0].display_name, mail["To"], mail["Subject"]) == ("Клуб «Мы»", ANNA, "Код для входа")
    assert mail.get_content().splitlines() == ["Код: 1234", "", "До встречи"]
    assert mail["Message-ID"] == "<01kabc@club.example>"


def test_a_long_link_stays_one_line_that_mailboxes_read():
    assert f"List-Unsubscribe: {LINK}\r\n".encode() in MAIL.content()


def test_nobody_writes_headers_of_his_own():
    subject = read(replace(MAIL, subject="Код\r\nBcc: eve@example.org"))
    assert subject["Bcc"] is None and subject["Subject"] == "Код Bcc: eve@example.org"
    with pytest.raises(ValueError, match="does not fit"):
        replace(MAIL, headers={"List-Unsubscribe": "<x>\r\nBcc: eve@example.org"}).content()


def test_a_domain_goes_in_punycode_and_a_mailbox_that_is_not_ascii_is_dead():
    assert replace(MAIL, to="anna@клуб.рф").recipient == "anna@xn--90ard6a.xn--p1ai"
    for bad in ("анна@example.org", "anna", f"anna@{'x' * 70}.org"):
        with pytest.raises(RecipientRefused) as refused:
            _ = replace(MAIL, to=bad).recipient
        assert refused.value.unreachable


# --- SES --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ses():
    with SesStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def by_ses(ses):
    return SesClient(ses.address, timeout=(1, 2))


def test_ses_takes_a_signed_mail(ses, by_ses):
    assert by_ses.send(MAIL)
    (mail,) = ses.to(ANNA)
    assert mail["Subject"] == "Код для входа" and mail["List-Unsubscribe"] == LINK


def test_the_configuration_set_is_named_where_there_is_one(ses):
    SesClient(ses.address, configuration_set="main").send(MAIL)
    assert ses.asked[0].json["ConfigurationSetName"] == "main"


@pytest.mark.parametrize("kind", ["AccountSuspendedException", "SendingPausedException", "MailFromDomainNotVerifiedException"])
def test_ses_says_that_our_account_is_at_fault(ses, by_ses, kind):
    ses.refuse_next(kind, "no")
    with pytest.raises(RecipientRefused) as refused:
        by_ses.send(MAIL)
    assert (refused.value.ours, refused.value.unreachable) == (True, False)


def test_a_role_that_may_not_send_is_our_fault(ses, by_ses):
    ses.refuse_next("AccessDeniedException", "not authorized", 403)
    with pytest.raises(RecipientRefused) as refused:
        by_ses.send(MAIL)
    assert refused.value.ours


def test_ses_refuses_a_message_and_no_channel_dies_of_it(ses, by_ses):
    ses.refuse_next("MessageRejected", "Email address is not verified.")
    with pytest.raises(RecipientRefused) as refused:
        by_ses.send(MAIL)
    assert (refused.value.ours, refused.value.unreachable) == (False, False)


@pytest.mark.parametrize(("kind", "status"), [("TooManyRequestsException", 429), ("LimitExceededException", 400)])
def test_ses_is_busy(ses, by_ses, kind, status):
    ses.refuse_next(kind, "slow down", status, **{"Retry-After": "7"})
    with pytest.raises(VendorBusy) as busy:
        by_ses.send(MAIL)
    assert busy.value.retry_after == 7


def test_ses_is_down_or_loses_its_answer(ses, by_ses):
    ses.fail_next(503)
    with pytest.raises(VendorDown) as down:
        by_ses.send(MAIL)
    assert not down.value.sent_maybe
    ses.drop_next()
    with pytest.raises(VendorDown) as lost:
        by_ses.send(MAIL)
    assert lost.value.sent_maybe and len(ses.to(ANNA)) == 1


# --- SMTP -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def smtp():
    with SmtpStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


def server_of(smtp, **said) -> SmtpServer:
    return SmtpServer("127.0.0.1", smtp.port, "none", smtp.user, said.get("password", smtp.password), timeout=2)


@pytest.fixture
def by_smtp(smtp):
    return SmtpClient(server_of(smtp))


def test_smtp_takes_a_mail(smtp, by_smtp):
    assert by_smtp.send(MAIL) == "01kabc"
    (mail,) = smtp.to(ANNA)
    assert (mail["Subject"], mail["Message-ID"], mail["List-Unsubscribe"]) == ("Код для входа", "<01kabc@club.example>", LINK)
    assert mail.get_content().splitlines() == ["Код: 1234", "", "До встречи"]


@pytest.mark.parametrize(
    ("said", "dead"),
    [
        ("550 5.1.1 No such user", True),
        ("550 5.2.1 Mailbox disabled", True),
        ("550 User unknown", True),
        ("550 5.7.1 Blocked by policy", False),
        ("554 5.7.1 Your network is on a list", False),
        ("554 No", False),
    ],
)
def test_smtp_tells_a_dead_mailbox_from_a_refusal_of_us(smtp, by_smtp, said, dead):
    smtp.refused[ANNA] = said
    with pytest.raises(RecipientRefused) as refused:
        by_smtp.send(MAIL)
    assert (refused.value.unreachable, refused.value.ours) == (dead, False)


def test_what_smtp_quotes_of_an_address_is_not_kept(smtp, by_smtp):
    smtp.refused[ANNA] = f"550 5.1.1 <{ANNA}> unknown"
    with pytest.raises(RecipientRefused) as refused:
        by_smtp.send(MAIL)
    assert ANNA not in str(refused.value)


def test_a_mailbox_that_is_full_or_greylists_is_asked_again_alone(smtp, by_smtp):
    smtp.refused[ANNA] = "450 4.2.0 Greylisted, come back"
    with pytest.raises(RecipientBusy):
        by_smtp.send(MAIL)


def test_a_mail_that_is_refused_whole_is_no_fault_of_the_mailbox(smtp, by_smtp):
    smtp.rejected = "554 5.6.0 Spam"
    with pytest.raises(RecipientRefused) as refused:
        by_smtp.send(MAIL)
    assert not refused.value.unreachable and not refused.value.ours


def test_smtp_does_not_let_us_in(smtp):
    with pytest.raises(RecipientRefused) as refused:
        SmtpClient(server_of(smtp, password="wrong-password")).send(MAIL)
    assert refused.value.ours and "wrong-password" not in str(refused.value)


@pytest.mark.parametrize("greeting", ["421 Too busy", "554 No service here"])
def test_a_server_that_turns_us_away_is_down(smtp, by_smtp, greeting):
    smtp.greeting = greeting
    with pytest.raises(VendorDown):
        by_smtp.send(MAIL)


def test_smtp_is_down_or_loses_its_answer(smtp, by_smtp):
    unheard = SmtpStandIn()  # bound, and never listening
    with pytest.raises(VendorDown) as down:
        SmtpClient(server_of(unheard)).send(MAIL)
    assert not down.value.sent_maybe
    smtp.drops = 1
    with pytest.raises(VendorDown) as lost:
        by_smtp.send(MAIL)
    assert lost.value.sent_maybe and len(smtp.to(ANNA)) == 1
