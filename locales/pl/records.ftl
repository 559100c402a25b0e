## Where a case stands and what happened to it. Every language has the same messages.

state_drafted = odpowiedź przygotowana
state_asked = czeka na zatwierdzenie
state_at_desk = czeka na konsultanta
state_sending = w trakcie wysyłania
state_unknown = nie wiadomo, czy wysłano
state_awaiting_reply = czeka na klienta
state_answered = odpowiedziano
state_at_shop = w salonie
state_quarantined = nieczytelny mail
state_converted = rezerwacja
state_unconverted = bez rezerwacji
state_closed = zamknięte
state_referred = zajął się tym salon
state_dismissed = zakończone
state_taken_over = załatwione ręcznie

# What the desk itself wrote into a record.
record_customer_wrote = klient napisał ponownie
record_label_removed = usunięto etykietę
record_taken_in_hand = usunięto etykietę 「確認中」 (w trakcie sprawdzania; ktoś się tym zajmuje)
record_handled = dodano etykietę 「対応済」 (załatwione)
record_answered_elsewhere = dodano etykietę 「返信待ち」 (czeka na klienta; odpowiedziano inną drogą)
record_shop_by_hand = dodano etykietę 「店舗依頼」 (przekazano do salonu)
record_archived = mail zarchiwizowano ręcznie
record_moved = mail przeniesiono ręcznie do innego folderu
record_deleted = mail usunięto ręcznie
record_put_back = mail ręcznie przeniesiono z powrotem do skrzynki odbiorczej
record_draft_edited = szkic poprawiono ręcznie
record_draft_deleted = szkic usunięto ręcznie
record_answered_by_hand = odpowiedź do klienta wysłano ręcznie
record_wrote_by_hand = mail do klienta wysłano ręcznie
record_sent_besides = oprócz odpowiedzi wysłanej ręcznie wyszła też zatwierdzona odpowiedź
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
record_readdressed = klient podał inny adres e-mail (odpowiedź pójdzie na nowy)
record_away = przyszła automatyczna odpowiedź o nieobecności

desk = system
status_state = Stan: { $state }
status_due = Następny termin: { $at }
history_line = { $day }: { $class }, { $topic } → { $state }
history_line_at_shop = { $day }: { $class }, { $topic }, { $shop } → { $state }
