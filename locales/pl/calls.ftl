## Telephone calls, what is needed and why people write. Every language has the same messages.

# Requests: a long call, and a call that one of us took.
headline_long_call = Prosimy przypilnować długiej rozmowy
otherwise_long_call = Po zakończeniu rozmowy prosimy odpisać samo słowo OVER (do { $until }). W odpowiedzi na STATUS przyślemy stan sprawy. Klient niczego nie dostaje.
long_call_running = { $name } rozmawia z klientem od { $since } (ponad { $count } min).
long_call_ended = Rozmowa ({ $name }) trwała { $count } min.
why_phoned_in = Tę rozmowę odebrał(a) { $name }. Prosimy napisać odpowiedź do klienta (POPRAW) albo odpisać CALLED, DONE itp.

# What the desk wrote into a record.
record_phoned_in = przyjęto telefonicznie
record_long_call = powiadomiono grupę wsparcia o długiej rozmowie

# On a button; how a word is typed and what it does; its name.
button_remote = Przygotuj mail z pomocą zdalną (REMOTE)
button_on_call = W trakcie rozmowy
button_call_over = Koniec rozmowy (OVER)
line_remote = REMOTE … zapisz pomoc zdalną i przygotuj mail z narzędziem (wysyłka po zatwierdzeniu)
line_on_call = ON CALL … trwa rozmowa; gdy się przedłuży, dowie się grupa wsparcia
line_call_over = OVER … długa rozmowa się skończyła
word_on_call = ONCALL
word_remote = REMOTE

# Short answers.
done_on_call = Zapisano: trwa rozmowa
done_on_call_more = Gdy rozmowa się przedłuży, powiadomimy grupę wsparcia. Po zakończeniu prosimy odpisać CALLED z notatką.
done_call_over = Zapisano koniec rozmowy
call_over = Długa rozmowa się skończyła
call_over_more = { $name } zapisał(a) koniec rozmowy. Nie trzeba jej już pilnować.
call_over_after = Rozmowa ({ $name }) skończyła się po { $count } min. Nie trzeba jej już pilnować.
cannot_draft = Nie udało się przygotować szkicu
unclear_not_for_call = Na ten mail można odpowiedzieć tylko OVER, NOTE tekst albo STATUS.

# The call sheet in a request.
sheet_first = Najpierw prosimy zapytać o: { $fields }
sheet_missing = Jeszcze nieznane: { $fields }
sheet_ask_mail = Brak w kartotece: podczas rozmowy prosimy zapytać o adres e-mail
sheet_link = W kartotece, ale bez powiązania: prosimy najpierw powiązać, potem dzwonić
label_given = Podane dane
label_products = Produkty
label_open_cases = Otwarte sprawy
label_calls = Rozmowy
label_tags = Źródło
tag_shown = [{ $tag }]
open_case = C-{ $case } ({ $day }) { $topic } · { $state }
call_talked = { $at } { $name }: rozmowa
call_talked_for = { $at } { $name }: rozmowa, { $count } min
call_unanswered = { $at } { $name }: nikt nie odebrał
calls_unanswered =
    { $count ->
        [one] Nikt nie odebrał { $count } raz (ostatnio { $at })
       *[other] Nikt nie odebrał { $count } razy (ostatnio { $at })
    }
call_running = { $name } rozmawia od { $at }
remote_offered = { $at } { $name }: pomoc zdalna
remote_helps = Można pomóc zdalnie (aby przygotować mail, prosimy odpisać REMOTE)
product_named = Wybrano „{ $given }”, ale w tekście jest „{ $named }”. Prosimy ustalić, o który produkt chodzi
product_owned = Podano „{ $given }”, ale w kartotece jest „{ $owned }”. Prosimy ustalić, o który produkt chodzi
same_phone_only = { $name } (ten sam numer { $day }, inny adres)
noticed_name = { $name } (te same dane w powiadomieniu o rezerwacji z { $day })

registered_more =
    { $count ->
        [one] Jeszcze { $count } wpis ma te same dane kontaktowe
        [few] Jeszcze { $count } wpisy mają te same dane kontaktowe
       *[other] Jeszcze { $count } wpisów ma te same dane kontaktowe
    }

# A telephone call that one of us writes down by mail.
new_call_subject = Nie udało się przyjąć rozmowy telefonicznej
new_call_no_contact = Otrzymaliśmy mail NEW CALL, ale nie ma w nim ani numeru telefonu, ani adresu e-mail.
new_call_unreadable = Otrzymaliśmy mail NEW CALL, ale nie udało się odczytać jego pól.
new_call_how =
    Prosimy wpisać NEW CALL w temacie maila lub w pierwszym wierszu, potem po jednym polu w wierszu, i wysłać jako nowy mail:

    Imię i nazwisko: Hanako Yamada
    Telefon: 090-1234-5678
    E-mail: (jeśli znany)
    Produkt: (jeśli znany)
    Treść: czego dotyczy rozmowa

    Sprawa nie została założona. Klient niczego nie dostaje.

# Possible duplicates after an import.
duplicates_subject = Możliwe duplikaty klientów: { $count }
duplicates_told =
    Import wykazał wpisy z tym samym numerem lub adresem. Niczego nie usuwamy i nie łączymy.
    Prosimy sprawdzić, czy to ta sama osoba, i zdecydować w systemie klientów. Prosimy nie usuwać wpisów: przepadłyby ich zamówienia.
duplicates_pair = { $one } i { $other } ({ $reason })
duplicates_more = Jeszcze { $count }. Lista: madoguchi customers duplicates
