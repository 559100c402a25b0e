//! What servers do against expectation, by name, with who does it and where that is written.
//!
//! A quirk is survived where it matters; this file only names it, so that a log tells which ones an installation lives
//! with. Each name has a row in `tests/imap_quirks.rs`, and `docs/imap-quirks.md` tells people what follows from it.

use tracing::debug;

/// One way in which a server surprises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quirk {
    /// SELECT tells no UIDNEXT. 163.com (chatmail/core #4562) and Winmail Pro 5.1 (modern-email/defects #43): the last
    /// mail is asked for its UID.
    NoUidNext,
    /// UIDNEXT is lower than a UID that is there, or stands still while mails come. Exchange 2007
    /// tells a stale one until the folder is opened again (S22.Imap #31). The last mail is asked.
    UidNextLow,
    /// UIDVALIDITY is missing (Tencent Exmail, rustmailer/bichon #284; Xeams, nextcloud/mail #10199) or 0 (SmarterMail
    /// 13, MailKit #150). The last mail seen tells instead whether UIDs still mean the same.
    NoUidValidity,
    /// UIDs mean other mails under the same UIDVALIDITY. Dovecot after its `dovecot-uidlist` was lost, 2026-11;
    /// hMailServer #458; GNU Mailutils gives a
    /// freed UID to the next mail (paperless-ngx #8939). Told by the last mail seen.
    Renumbered,
    /// Two mails with one UID. Mailfence (OfflineIMAP #676); nobody can address the second one.
    DuplicateUid,
    /// STORE says OK for a mail that is gone. Dovecot 2.3.19 and Cyrus 3.6.1, 2026-11. Flags are read back.
    StoreOnGone,
    /// MOVE tells no COPYUID. Servers without UIDPLUS (RFC 6851 section 4.3 only recommends it).
    NoCopyUid,
    /// APPEND tells no APPENDUID. Servers without UIDPLUS.
    NoAppendUid,
    /// An answer breaks our parser; the mail to blame is found and set aside. BODYSTRUCTURE of mail.ru and maddy
    /// (modern-email/defects #50, foxcpp/maddy #756) and of Exchange (MailKit #503).
    BadAnswer,
    /// A mail takes the connection down each time it is read. Dovecot 2.3.19 with a file shorter than its index says,
    /// 2026-11.
    CutOnRead,
    /// INTERNALDATE is NIL, which RFC 3501 does not allow (Zarafa 7.2, thunderbird-android #1819), or no date (Domino 10,
    /// MailKit #1236). The mail counts as new.
    NoInternalDate,
    /// `BODY[] NIL` or no body at all for a mail that was listed. A mail just expunged; seen with mailchannels (nicm/fdm
    /// #149). It is left alone as gone.
    NilBody,
    /// SEARCH finds nothing and says so by saying nothing. iCloud (mcp-email-server #237).
    SilentSearch,
    /// FLAGS of a mail come in an answer of their own. Gmail (modern-email/defects #39).
    SplitAnswer,
    /// A mailbox name is a literal. Exchange for names with a backslash (MS-STANXIMAP).
    LiteralName,
    /// An untagged line that is about no mail and that nobody can read: left out. Exchange with a tab in a bare
    /// mailbox name (MailKit #945), 163.com's STATUS (modern-email/defects #15), extensions nobody asked for.
    StrangeLine,
    /// Two blanks, or one behind a bracket, where the grammar has one. DavMail (davmail #454), maddy (go-imap #544);
    /// `PERMANENTFLAGS ( \*)` (go-imap #633).
    ExtraBlanks,
    /// Lines end with LF alone. No server known by name; scripted ones do it.
    BareLineFeed,
    /// Words in another case than the RFC's: `ok`, `exists`, `\archive`. Cyrus 3.6.1 for special use, 2026-11.
    OtherCase,
    /// IDLE is offered and refused with NO or BAD. A proxy that passes on what another server offers. Polled.
    IdleRefused,
    /// IDLE ends with a tagged OK and no `+` (ruby/net-imap #688: "several very popular servers"), or nothing comes at
    /// all. Polled.
    IdleWithoutPlus,
    /// `* OK Still here` during IDLE. Dovecot, every two minutes. It must not move our own deadline.
    KeepAlive,
    /// Changes come before the `+` of IDLE (libetpan #393). They ring.
    NewsBeforePlus,
    /// CAPABILITY is refused or answered with nothing, but was told in the greeting. No server known by name.
    CapabilityInGreeting,
    /// LOGOUT is answered by hanging up. Common. Nothing hangs on the answer.
    LogoutWithoutBye,
    /// PERMANENTFLAGS is missing; RFC 3501 section 7.1 says that everything is kept then.
    NoPermanentFlags,
}

impl Quirk {
    /// All there are.
    pub const ALL: [Self; 26] = [
        Self::NoUidNext,
        Self::UidNextLow,
        Self::NoUidValidity,
        Self::Renumbered,
        Self::DuplicateUid,
        Self::StoreOnGone,
        Self::NoCopyUid,
        Self::NoAppendUid,
        Self::BadAnswer,
        Self::CutOnRead,
        Self::NoInternalDate,
        Self::NilBody,
        Self::SilentSearch,
        Self::SplitAnswer,
        Self::LiteralName,
        Self::StrangeLine,
        Self::ExtraBlanks,
        Self::BareLineFeed,
        Self::OtherCase,
        Self::IdleRefused,
        Self::IdleWithoutPlus,
        Self::KeepAlive,
        Self::NewsBeforePlus,
        Self::CapabilityInGreeting,
        Self::LogoutWithoutBye,
        Self::NoPermanentFlags,
    ];

    /// Notes that it was met.
    pub(super) fn met(self) {
        debug!(quirk = ?self, "Met a quirk of the server.");
    }
}
