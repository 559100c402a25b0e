## Where a case stands and what happened to it. Every language has the same messages.

state_drafted = odpowiedź przygotowana
state_asked = czeka na zatwierdzenie
state_at_desk = czeka na pracownika
state_sending = w trakcie wysyłania
state_unknown = nie wiadomo, czy wysłano
state_awaiting_reply = czeka na klienta
state_answered = odpowiedziano
state_at_shop = w salonie
state_quarantined = nieczytelny mail
state_converted = rezerwacja
state_unconverted = bez rezerwacji
state_closed = zakończone
state_referred = zajął się tym salon
state_dismissed = zamknięte
state_taken_over = załatwione ręcznie

# What the desk itself wrote into a record.
record_customer_wrote = klient napisał ponownie
record_label_removed = usunięto etykietę
record_taken_in_hand = usunięto 「確認中」 (ktoś się tym zajmuje)
record_handled = ustawiono 「対応済」
record_answered_elsewhere = ustawiono 「返信待ち」 (odpowiedziano inną drogą)
record_shop_by_hand = ustawiono 「店舗依頼」
record_archived = mail zarchiwizowano ręcznie
record_moved = mail przeniesiono ręcznie do innego folderu
record_deleted = mail usunięto ręcznie
record_put_back = mail wrócił ręcznie do skrzynki odbiorczej
record_draft_edited = szkic poprawiono ręcznie
record_draft_deleted = szkic usunięto ręcznie
record_answered_by_hand = odpowiedź do klienta wysłano ręcznie
record_wrote_by_hand = mail do klienta wysłano ręcznie
record_sent_besides = zatwierdzona odpowiedź wyszła obok tej wysłanej ręcznie
record_booking_notice = system rezerwacji potwierdził rezerwację
record_booking_like = przyszło powiadomienie o podobnej rezerwacji (prosimy sprawdzić, czy to ta sama osoba)
record_booking_changed = przyszło powiadomienie o zmianie rezerwacji
record_booking_cancelled = przyszło powiadomienie o odwołaniu rezerwacji
record_request_undeliverable = nie udało się doręczyć prośby
record_send_refused = serwer odrzucił mail
record_send_unknown = nie wiadomo, czy mail wysłano
record_bounced = mail wrócił
record_shop_deadline = minął termin salonu
record_first_approval = pierwsze z dwóch zatwierdzeń
record_readdressed = Klient podał inny adres e-mail (odpowiedź pójdzie na nowy)
record_away = przyszła automatyczna odpowiedź o nieobecności

desk = system
status_state = Stan: { $state }
status_due = Następny termin: { $at }
history_line = { $day }: { $class }, { $topic } → { $state }
history_line_at_shop = { $day }: { $class }, { $topic }, { $shop } → { $state }
