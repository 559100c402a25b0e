## What can be said: on buttons, in lists, and the name of each command. Every language has the same messages.

# On a button.
button_approve = Zatwierdź i wyślij (OK)
button_reject = Nie wysyłaj (NG)
button_edit = Napisz odpowiedź (POPRAW)
button_called = Załatwione telefonicznie
button_no_answer = Nie odbiera
button_shop = Salon
button_hold = Wstrzymaj na 2 godz.
button_resend = Wyślij ponownie (RESEND)
button_skip = Nie wysyłaj ponownie (SKIP)
button_booked = Jest rezerwacja
button_lost = Bez rezerwacji
button_done = Zakończ
button_accept = Przejmujemy (ACCEPT)
button_note = Notatka
button_cancel = Cofnij (CANCEL)

# How a word is typed … what it does.
line_approve = OK albo ZATWIERDŹ … zatwierdź i wyślij
line_reject = NG albo ODRZUĆ powód … nie wysyłaj
line_edit = EDIT albo POPRAW … samo w pierwszym wierszu, dalej cały nowy tekst
line_called = CALLED 25m notatka … załatwione telefonicznie (25 minut; czas można pominąć)
line_no_answer = NOANSWER … nikt nie odebrał
line_shop = SHOP … zapytaj salon
line_hold = HOLD 2h … przypomnij za 2 godziny
line_resend = RESEND … wyślij ten sam mail jeszcze raz
line_skip = SKIP … uznaj, że mail dotarł
line_booked = BOOKED termin … doszło do rezerwacji
line_lost = LOST … nie doszło do rezerwacji
line_done = DONE … zakończ bez odpowiedzi
line_accept = ACCEPT … salon skontaktuje się z klientem
line_note = NOTE tekst … tylko notatka (klient jej nie widzi)
line_cancel = CANCEL … cofnij zatwierdzenie
line_help = HELP … wszystkie słowa

# Everything that can be said.
all_words =
    OK (ZATWIERDŹ) … wyślij odpowiedź
    NG powód (ODRZUĆ) … nie wysyłaj
    EDIT (POPRAW) … od następnego wiersza cały nowy tekst
    CALLED 25m notatka / NOANSWER / ON CALL / OVER
    REMOTE … przygotuj mail z pomocą zdalną
    SHOP / SHOP away 8/28~8/30 8/31 … nieobecność od, do, powrót
    HOLD 2h / tomorrow 10:00 / 8/28 10:00 (miesiąc/dzień) / 2 business days
    MOVE kolejka / PRIORITY critical, high, medium albo low
    ESCALATE treść … przekaż przełożonym
    COMPLAINT rodzaj … zapisz reklamację (jej pola od następnego wiersza)
    BOOKED termin / LOST
    RESEND / SKIP … gdy nie wiadomo, czy mail dotarł
    ASSIGN nazwa / NOTE tekst / CLASS a albo b
    TIME 15m … popraw swój czas pracy nad sprawą
    CHECK @nazwa pytanie … zapytaj kogoś z zespołu
    DELEGATE @nazwa 2d pytanie … zapytaj inny dział, osobę z zewnątrz lub grupę; odpowiedź w ciągu dwóch dni
    CANCEL … cofnij zatwierdzenie przed wysłaniem
    DONE / STATUS / HELP
    NEW CALL … zapisz odebraną rozmowę w nowym mailu (temat maila lub pierwszy wiersz)
all_words_staff =
    ACCEPT … salon skontaktuje się z klientem
    NOTE tekst … tylko notatka
    STATUS … stan sprawy

# The name of a command, as this reader would type it.
word_approve = ZATWIERDŹ
word_reject = ODRZUĆ
word_edit = POPRAW
word_called = CALLED
word_no_answer = NOANSWER
word_shop = SHOP
word_accept = ACCEPT
word_hold = HOLD
word_booked = BOOKED
word_lost = LOST
word_assign = ASSIGN
word_note = NOTE
word_check = CHECK
word_reply = REPLY
word_class = CLASS
word_cancel = CANCEL
word_resend = RESEND
word_skip = SKIP
word_done = DONE
word_status = STATUS
word_help = HELP

class_inquiry = A zapytanie
class_reservation = B chęć rezerwacji
