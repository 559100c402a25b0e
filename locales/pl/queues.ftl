## Queues, service levels and priority callbacks. Every language has the same messages.

# Mails that tell of deadlines.
alerts_subject =
    Terminy: { $near ->
        [0] przekroczone { $breached }
       *[other] { $breached ->
            [0] bliskie { $near }
           *[other] przekroczone { $breached }, bliskie { $near }
        }
    }
alerts_headline = Są sprawy blisko terminu lub po terminie
alerts_breached = Po terminie
alerts_near = Blisko terminu
alerts_more = i jeszcze { $count } (zobacz madoguchi queues)
alerts_how = Prosimy odpowiadać na mail z prośbą w danej sprawie. Odpowiedź na niniejszy mail nic nie zmienia.
alert_line = { $case } { $name } · { $topic } · { $goal } do { $at } · { $owner }
goal_first_answer = pierwsza odpowiedź
goal_resolution = rozwiązanie
alert_nobody = bez prowadzącego
alert_supervisors = przełożeni
alert_shop = salon
alert_desk = system
in_queue = kolejka { $queue }

# Priority callbacks.
callbacks_heading = Pilne oddzwonienia (przed innymi sprawami, w tej kolejności)
callback_line = { $case } { $name } { $phone } · przekazano { $at }
callback_subject = [Pilne oddzwonienie] { $subject }
callback_notice = [Pilne oddzwonienie] Sprawa została przekazana. Prosimy oddzwonić przed zajęciem się innymi sprawami.

# Where a case belongs, in a request.
placed_queue = Kolejka: { $queue }
placed_premium = Klient premium
placed_first = Pierwsza odpowiedź do { $at }
placed_resolution = Rozwiązanie do { $at }
placed_paused = Rozwiązanie: termin wstrzymany (czekamy na klienta)

# Why there is no draft to approve.
why_handed_over =
    Przekazuje { $name }: { $text }
    Wskazówki prosimy zostawić słowem NOTE, a po oddzwonieniu odpisać CALLED.
why_call_back = Sprawa została przekazana, a klient dostał pierwszą odpowiedź. Prosimy oddzwonić i odpisać CALLED.

# Short answers.
done_move = Przeniesiono do innej kolejki
done_move_more = Prośbę wysłano do osób z tej kolejki, a terminy przeliczono.
done_priority = Zmieniono priorytet
done_priority_more = Terminy przeliczono.
done_hand_over = Przekazano przełożonym
done_hand_over_more = Po pierwszej odpowiedzi do klienta trafi na listę pilnych oddzwonień.
entered = Nowa sprawa w kolejce „{ $queue }”
entered_more = Prowadzi: { $owner }. Tam wysłano prośbę.
unknown_queue = Która kolejka?
unknown_queue_more = Nie ma kolejki „{ $name }”. Są: { $known }
no_queues = nie skonfigurowano kolejek
unclear_queue_missing = Prosimy napisać, dokąd: MOVE kolejka.
unclear_priority_missing = Prosimy napisać PRIORITY critical, PRIORITY high, PRIORITY medium albo PRIORITY low.
unclear_hand_over_missing = Po ESCALATE prosimy napisać, o co pytał klient.
word_move = MOVE
word_priority = PRIORITY
word_hand_over = ESCALATE
