## Short answers to people: what was understood, what was not, who was first. Every language has the same messages.

# A command was done: what, and what follows.
done_any = Zapisano: { $command }
done_note = Notatka zapisana
done_note_more = Klient jej nie widzi.
done_no_answer = Zapisano: nikt nie odebrał
done_no_answer_more = Jeśli odpowiedź czeka na zatwierdzenie, nadal można ją zatwierdzić.
done_shop = Wysłano pytanie do salonu
done_shop_more = Mail zostanie w skrzynce odbiorczej do odpowiedzi salonu, a po tygodniu sam trafi do archiwum.
done_hold = Wstrzymano
done_hold_more = Przypomnimy o właściwej porze.
done_hold_until = Przypomnimy: { $at }.
done_assign = Zmieniono osobę prowadzącą
done_class = Poprawiono rodzaj sprawy
done_done = Zakończono
done_archived = Mail trafił do archiwum.
done_accept = Zapisano: zajmie się tym salon
done_accept_more = Dziękujemy. Prosimy o kontakt z klientem.
done_booked = Zapisano rezerwację
done_lost = Zapisano: bez rezerwacji
done_check = Wysłano pytanie
done_check_more = Damy znać, gdy przyjdzie odpowiedź. Szkic można w tym czasie zatwierdzić.
done_reply = Odpowiedź przekazano
done_reply_more = To notatka wewnętrzna. Klient jej nie widzi.
done_cancel = Cofnięto zatwierdzenie
done_cancel_more = Klient nic nie dostał. Odpowiedź znów czeka na zatwierdzenie.

# True in every state, also after our answer is out.
nothing_done = Ta odpowiedź niczego nie zmieniła.

decided = Już zdecydowano
decided_more = { $at } przyszła odpowiedź { $what } od: { $name }.
settled_by_hand = Ktoś już się tym zajął w skrzynce
settled_by_hand_more = { $at } zauważono: { $what }.
answered_by_hand = Odpowiedź wysłano ręcznie
answered_by_hand_more =
    { $at } wysłano ręcznie odpowiedź do klienta. Wycofujemy naszą prośbę i nie trzeba na nią odpisywać.
    Jeśli tamta odpowiedź dotyczyła czegoś innego, prosimy zająć się sprawą z oryginalnego maila.
retired = Jest nowsza wersja odpowiedzi
retired_more = Wersję, której dotyczy ta odpowiedź, zastąpiła już nowsza.
retired_way_out = Prosimy odpisać na nowszą prośbę.
not_now = Teraz to niemożliwe
not_now_more = Stan sprawy: „{ $state }”, dlatego nie można teraz użyć polecenia { $command }.
expired = Prośba straciła ważność
expired_way_out = Wyślemy nową prośbę. Prosimy odpisać na nią.
unknown_colleague = Nie wiadomo, o kogo chodzi
unknown_colleague_more = Nikt nie nazywa się „{ $who }” albo pasuje więcej niż jedna osoba. Prosimy użyć nazwy lub adresu z ustawień.
no_address = Nie ma adresu klienta
no_address_more = Nie znaleziono adresu e-mail klienta, więc nie można napisać maila. Prosimy zadzwonić.
overdue = Sprawa stoi w miejscu
overdue_more =
    Sprawa rozpoczęta { $since } nie posunęła się dalej. Stan: „{ $state }”.
    System próbuje dalej, ale prosimy sprawdzić.
second_needed = Potrzebne jest drugie zatwierdzenie
second_needed_more = Jedno zatwierdzenie już jest ({ $name }). Ten mail wyjdzie dopiero po zatwierdzeniu przez drugą osobę.
recalled = Mail nie wyszedł
recalled_more = Zatwierdzenie cofnięto przed wysłaniem ({ $name }). Klient nic nie dostał.
recalled_by_event = Przed wysłaniem przyszedł nowy mail albo ktoś zajął się sprawą ręcznie. Klient nic nie dostał.
remark = Jest odpowiedź
remark_more =
    { $name }:
    { $text }
status = Stan sprawy
help = Co można odpisać
unclear = Prosimy odpisać jeszcze raz
answer_words = Co można odpisać (podane słowa, nic więcej)

# Why an answer was not understood, and what to write instead.
unclear_no_token = Nie wiemy, której prośby dotyczy ta odpowiedź. Prosimy odpisać na samą prośbę.
unclear_empty = Mail był pusty.
unclear_not_a_command = Nie rozpoznaliśmy w nim polecenia.
unclear_question = Wyglądało to na pytanie.
unclear_says_more = Po słowie jest jeszcze inny tekst.
unclear_between_quotes = Nie odczytamy odpowiedzi między cytatami. Prosimy pisać na samej górze.
unclear_encrypted = Nie odczytamy treści podpisanej ani zaszyfrowanej. Prosimy odpisać zwykłym mailem.
unclear_edit_empty = Prosimy napisać nowy tekst od wiersza po słowie POPRAW.
unclear_edit_same_line = Prosimy wpisać samo POPRAW w pierwszym wierszu, a pod nim cały nowy tekst.
unclear_edit_holds_token = Nowy tekst zawiera kod zatwierdzenia (token). Prosimy go usunąć.
unclear_edit_holds_quote = Nowy tekst zawiera cytaty (wiersze z >). Prosimy je usunąć.
unclear_hold_time = Prosimy podać czas albo przyszły termin: HOLD 2h, HOLD tomorrow 10:00, HOLD 8/28 10:00 (miesiąc/dzień) albo HOLD 2 business days.
unclear_delegate_time = Prosimy podać termin pytania w postaci 30m, 4h albo 2d (najwyżej dwa tygodnie, bez dni roboczych).
unclear_away_days = Prosimy podać dni tak: SHOP away 8/28~8/30 8/31 (miesiąc/dzień: pierwszy i ostatni dzień nieobecności, dzień powrotu).
unclear_who_missing = Prosimy podać osobę: ASSIGN nazwa, CHECK @nazwa pytanie albo DELEGATE @nazwa pytanie. Po @ nazwę ze spacją prosimy ująć w cudzysłów: @"nazwa".
unclear_text_missing = Po słowie prosimy wpisać treść, na przykład: NOTE tekst.
unclear_class_missing = Prosimy napisać CLASS a albo CLASS b.
unclear_too_long = Mail jest za długi. Prosimy usunąć cytat i odpisać jeszcze raz.
unclear_parts_differ = Ten mail można odczytać na dwa sposoby. Prosimy odpisać jeszcze raz.
