## Requests: what is asked, what is known, what happens without an answer. Every language has the same messages.

# The first line, also in the list of mails.
headline_approve = Prosimy o sprawdzenie odpowiedzi
headline_write = Prosimy o zajęcie się tą sprawą
headline_shop = Prosimy o odpowiedź z salonu
headline_unknown = Nie wiadomo, czy mail dotarł do klienta
headline_quarantine = Nie udało się odczytać maila
headline_sent = Wysłano do klienta
headline_called = Zapisano: załatwione telefonicznie
headline_undo = Zatwierdzono. Mail zaraz wyjdzie
headline_check = Prosimy o odpowiedź na pytanie

urgent = Dzisiaj
urgent_line = [Dzisiaj]

# What to say before everything else.
to_staff = Mamy zapytanie, na które call center nie może odpowiedzieć. Jeśli salon skontaktuje się z klientem, prosimy odpisać jednym słowem: ACCEPT. Dziękujemy.
to_agent_for_shop = Salon nie ma ustawionego adresu e-mail. Prosimy zadzwonić do salonu i odpisać ACCEPT, jeśli salon przejmie sprawę.
to_agent_for_absent_shop = Z salonu przychodzi automatyczna odpowiedź o nieobecności. Prosimy zadzwonić do salonu i odpisać ACCEPT, jeśli salon przejmie sprawę.
first_answer = Pierwsza odpowiedź do klienta wyszła { $at }.
unknown_ending =
    Połączenie zostało przerwane podczas wysyłania. Maila nie ma wśród wysłanych. Sam nigdy nie zostanie wysłany ponownie.
    Po RESEND klient może dostać ten sam mail dwa razy. Po SKIP uznajemy, że mail dotarł.
quarantine = Treści nie udało się odczytać, więc mail został oznaczony i pozostał na swoim miejscu. Prosimy go otworzyć i się nim zająć.
ambiguous = To może być A (zapytanie) albo B (chęć rezerwacji). Jeśli odczytaliśmy źle, prosimy odpisać CLASS a albo CLASS b.
either =
    Można to odczytać na dwa sposoby: (1) { $first } (2) { $second }. Odpowiedź zakłada (1).
    Jeśli to błąd, prosimy odpisać CLASS a albo CLASS b, albo POPRAW z własnym tekstem.
reading = { $class } ({ $topic })
linked_from = Powiązana sprawa: C-{ $case } ({ $state }). Inny temat maila lub inny nadawca, więc to osobna sprawa.
revision = To jest wersja { $number }. Poprzednia została wycofana.
at_shop = Czekamy na odpowiedź salonu.
reminder = [Przypomnienie nr { $count }] Nie ma jeszcze odpowiedzi. Czekamy od { $since }.
reminder_owner = Piszemy, ponieważ nie ma jeszcze odpowiedzi od: { $name }.
reminder_desk = Piszemy też do przełożonych, ponieważ nikt z zespołu nie odpowiedział.
undo_leaves = Mail wyjdzie o { $clock }.
check_asked = { $name } pyta: { $question }
check_asked_silently = { $name } prosi o opinię o tej odpowiedzi.
second_asked = Jedno zatwierdzenie już jest ({ $name }). Mail wyjdzie po zatwierdzeniu przez drugą osobę.

# Why there is no draft to approve.
why_fault = Nie udało się przygotować odpowiedzi. { $sentence }
why_no_address = Nie ma odpowiedzi, ponieważ nie znaleziono adresu e-mail klienta. Prosimy zadzwonić.
why_rejected = Odpowiedź odrzucono ({ $name }).
why_rejected_because = Odpowiedź odrzucono ({ $name }). Powód: { $reason }
why_customer_answered = Klient napisał ponownie. Niewysłana jeszcze odpowiedź została wycofana.
why_bounced = Nasz mail do klienta wrócił jako niedoręczony. Prosimy sprawdzić adres.
why_refused = Serwer pocztowy odrzucił mail i klient go nie dostał ({ $what }). Prosimy sprawdzić adres albo zadzwonić.
why_draft_edited =
    Szkic poprawiono ręcznie i jeszcze go nie wysłano. Prosimy wysłać go z wersji roboczych programu pocztowego
    albo odpisać jednym ze słów poniżej. System nie rusza tego szkicu.

# Headings.
heading_customer = Klient
heading_original = Oryginalny mail
heading_wishes = Preferowane terminy
heading_confirm = Do ustalenia przed odpowiedzią
heading_words = Słowa klienta
heading_draft = Odpowiedź (wyjdzie dokładnie taka)
heading_attempted = Mail, który próbowaliśmy wysłać
heading_leaving = Mail, który wyjdzie
heading_checked = Odpowiedź (jeszcze niewysłana)
heading_own_words = Jak odpowiedzieć
heading_answer = Jak odpowiedzieć (prosimy odpisać na ten mail samymi słowami podanymi niżej)
heading_sent = Wysłany mail
heading_notes = Notatki wewnętrzne (klient ich nie widzi)
heading_concerns = Prosimy sprawdzić przed wysłaniem
heading_history =
    { $count ->
        [one] { $count } wcześniejszy kontakt, ostatni: { $last }
        [few] { $count } wcześniejsze kontakty, ostatni: { $last }
       *[other] { $count } wcześniejszych kontaktów, ostatni: { $last }
    }

# Facts and their labels.
label_name = Imię i nazwisko
label_candidates = Możliwe nazwiska (do potwierdzenia)
label_registered = Kartoteka klientów
label_phone = Telefon
label_email = E-mail
label_shop = Salon
label_class = Rodzaj
label_topic = Temat
label_received = Otrzymano
label_to = Do
label_subject = Temat maila
label_mailbox = Skrzynka
label_address = Adres
label_folder = Folder
label_mark = Oznaczenie
missing = (nie podano)
customer_name = { $name }
name_missing = Nie podano nazwiska
phone_missing = Nie podano telefonu
call = Zadzwoń { $phone }
words_cut = (Skrócono, bo tekst jest długi. Reszta jest w oryginalnym mailu.)
sent_mail = { $at } „{ $subject }”
same_address = { $name } ({ $day } pisano z tego adresu)
same_address_and_phone = { $name } ({ $day } pisano z tego adresu, z tym samym telefonem)
other_phone = { $name } ({ $day } pisano z tego adresu, ale z innym telefonem)
registered_as = W kartotece: { $name }, numer klienta { $number }, { $tier }, { $linked } ({ $why })
not_registered = Brak w kartotece
tier_standard = klient standardowy
tier_premium = klient premium
linked = powiązano
not_linked = nie powiązano
known_by_phone = ten sam telefon
known_by_mail = ten sam adres
known_by_name = to samo nazwisko

# What an agent should find out first.
confirm_staff = Mowa o objawach lub chorobie. Prosimy zapytać pracowników salonu, czy tak można odpowiedzieć
confirm_name = Nie znamy nazwiska (sprawdzić wcześniejsze maile i powiadomienia o rezerwacji)
confirm_phone = Nie podano numeru telefonu
confirm_email = Nie podano adresu e-mail
confirm_version = Nie znamy produktu i wersji (zapytać najpierw)
confirm_order_no = Nie podano numeru zamówienia
confirm_content = Nie podano treści
confirm_weekday = Data i dzień tygodnia się nie zgadzają (zapytać, co jest właściwe)

# What to look at in a draft before it goes out.
concern_address = { $found } nie jest adresem klienta ani naszym
concern_phone = { $found } nie jest telefonem klienta ani naszym
concern_note = Zawiera słowa z notatki wewnętrznej: { $found }
concern_case_number = Zawiera nasz numer sprawy { $found }

# What happens if nobody answers.
otherwise_approve = Termin: { $until }. Bez odpowiedzi nic nie wyślemy.
otherwise_write = Termin: { $until }. Dopóki nikt nie odpowie, klient nic nie dostanie.
otherwise_shop = Czekamy do { $until }. Jeśli do tego czasu nie będzie odpowiedzi, uznamy, że sprawą zajął się salon, i zarchiwizujemy mail.
otherwise_unknown = Termin: { $until }. Bez odpowiedzi nie wyślemy maila ponownie.
otherwise_quarantine = Mail zostanie w skrzynce odbiorczej, dopóki ktoś nie odpowie.
otherwise_waiting = Prosimy tylko o wiadomość, czy doszło do rezerwacji. Jeśli klient napisze ponownie, damy znać.
otherwise_sent = Odpowiedź nie jest potrzebna. Prosimy tylko dać znać, gdy będzie wiadomo, co z rezerwacją.
otherwise_undo = Aby zatrzymać mail, prosimy nacisnąć „Cofnij” albo odpisać CANCEL, zanim mail wyjdzie.
otherwise_check = Odpowiedź trafi do konsultantów jako notatka wewnętrzna. Nie trafi do klienta.

# Under the buttons.
footer_buttons = Przycisk otwiera mail z jednym słowem. Wystarczy go wysłać.
footer_write = „Napisz odpowiedź” otwiera mail: własny tekst zaczyna się od drugiego wiersza.
footer_edit = Aby zmienić tekst, prosimy odpisać na ten mail: w pierwszym wierszu samo POPRAW, dalej cały nowy tekst.
footer_note = Aby zostawić tylko notatkę, prosimy odpisać na ten mail: NOTE i tekst notatki.
footer_staff = Jeśli to tylko odpowiedź lub pytanie do nas, prosimy po prostu odpisać na ten mail. Trafi do call center, nigdy do klienta.
footer_check = Aby zapytać kogoś z zespołu, prosimy odpisać na ten mail: CHECK @nazwa i pytanie. Klient tego nie widzi.
footer_own_words = Prosimy odpisać na ten mail własnymi słowami.
