## Time and counts of people, the report of their day. Every language has the same messages.

# TIME
done_time = { $day }: czas został poprawiony
done_time_more = W zestawieniach liczy się to, co podano.
unclear_spent_time = Nie udało się odczytać czasu. Prosimy napisać TIME 15m albo TIME 1h10m, a dla wybranego dnia TIME 8/27 40m (miesiąc/dzień).
word_time = TIME

# Columns.
col_number = Nr
col_day = Dzień
col_person = Osoba
col_mailbox = Skrzynka
col_queue = Kolejka
col_case = Sprawa
col_customer = Klient
col_topic = Temat
col_class = Rodzaj
col_tags = Źródła
col_tag = Źródło
col_handled = Sprawy
col_time = Czas
col_median = Mediana
col_calls = Rozmowy
col_unanswered = Nie odebrano
col_first = Odpowiedź
col_first_level = Odp. w terminie
col_resolved_level = Koniec w terminie
col_arrived = Nowe
col_open = Otwarte
col_corrected = Poprawione
col_last = Ostatni krok
col_confirmed = Potwierdzenie

# Tables.
table_people = Osoby
table_days = Dni
table_mailboxes = Skrzynki
table_queues = Kolejki
table_topics = Tematy
table_classes = Rodzaje
table_tags = Źródła
table_cases = Sprawy
total = Razem
nobody = osoba nieznana
no_queue = bez kolejki
hours_minutes = { $hours } h { $minutes } min
only_minutes = { $minutes } min
kept = { $met }/{ $all }
nothing_handled = Nie załatwiono żadnej sprawy.

# The picture.
legend_cases = Sprawy
legend_time = Czas
picture_alt = Słupki: sprawy i czas każdej osoby. { $rows }
picture_alt_row = { $number }. { $name }: sprawy { $cases }, czas { $time }.

# A person's report of the day.
day_subject = { $day }: Pana/Pani sprawy i czas
day_title = { $day }: Pana/Pani sprawy i czas
day_lead = Sprawy: { $cases }. Łączny czas: { $time }.
day_how_ok = Jeśli wszystko się zgadza, prosimy odpisać OK.
day_how_correct = Jeśli nie, prosimy wpisać w odpowiedzi po jednym wierszu na sprawę. Pozostałe uznamy za potwierdzone.
day_how_lines = Na przykład
day_until = Zestawienie wyślemy: { $at }.
day_rounded = Czas jest podany w pełnych minutach.
button_confirm = OK, zgadza się

# What an answer came to.
day_thanks = Potwierdzone
day_thanks_more = Sprawy i czas zostały tak zapisane.
day_corrected = Poprawione czasy: { $count }.
day_too_late = Zestawienie już wyszło; następne poda tę odpowiedź.
day_closed = Na odpowiedź jest już za późno
day_closed_more = Na raport można odpowiadać przez tydzień. Aby poprawić czas sprawy, prosimy odpowiedzieć na dowolny mail o niej słowami TIME { $short } 15m (miesiąc/dzień). Liczby z tego dnia: madoguchi figures --day { $day }
day_not_understood = Nie udało się zrozumieć odpowiedzi
day_line_unclear = Niezrozumiały wiersz: { $line }
day_line_unknown = Nie ma takiej sprawy w tym dniu: { $line }

# The summary.
summary_subject = { $day }: sprawy i czas
summary_title = { $day }: sprawy i czas
summary_late = Z opóźnieniem: sporządzono { $at }.
summary_lead = Osoby: { $people }. Sprawy: { $cases }. Łączny czas: { $time }.
summary_unconfirmed = Nie potwierdzili jeszcze: { $names }
summary_unasked = Nie proszono o potwierdzenie: { $names }
summary_confirmed = Wszyscy potwierdzili.
confirmed_at = potwierdzono o { $at }
confirmed_corrected = poprawiono i potwierdzono o { $at }
confirmed_not = niepotwierdzone
confirmed_unasked = nie pytano
since_summary = Zmiany po zestawieniu
since_line = { $day } { $name }: { $before } → { $now }
since_confirmed = { $day } { $name }: potwierdzone
report_lost = Nie wiadomo, czy raport z { $day } ({ $who }) dotarł
report_lost_more = Nie wyślemy go automatycznie ponownie. Szczegóły: madoguchi figures --day { $day }.
