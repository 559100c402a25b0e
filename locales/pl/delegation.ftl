## Questions that were handed over, and where a case is stuck. Every language has the same messages.

owner_desk = wszyscy konsultanci
owner_supervisors = przełożeni
owner_customer = klient
owner_machine = system
owner_shop = salon
person = { $name }
span_minutes =
    { $count ->
        [one] { $count } minuta
        [few] { $count } minuty
       *[other] { $count } minut
    }
span_hours =
    { $count ->
        [one] { $count } godzina
        [few] { $count } godziny
       *[other] { $count } godzin
    }
span_days =
    { $count ->
        [one] { $count } dzień
       *[other] { $count } dni
    }
status_with = Teraz: { $who } (od { $since }, { $span })
status_delegated = Oczekiwana odpowiedź: { $name } (pytanie z { $since }, { $span }, termin { $until })

delegated_asked = { $name } pyta: { $question }
delegated_until = Prosimy o odpowiedź do { $until }.
delegated_again = Przypomnienie { $count }: nie ma jeszcze odpowiedzi.
done_delegate = Pytanie zostało wysłane
done_delegate_more = O odpowiedzi damy znać. Jeśli nie przyjdzie na czas, przypomnimy adresatom i damy o tym znać.
too_many_questions = Za dużo osób naraz
too_many_questions_more = W jednej sprawie można pytać jednocześnie najwyżej tyle osób: { $most }. Bez odpowiedzi: { $waiting }. Pytani teraz: { $more }. Prosimy poczekać na odpowiedź albo zapytać mniej osób.
no_word = Nie ma jeszcze odpowiedzi
no_word_more = Brak odpowiedzi na pytanie z { $since }; adresaci: { $names }. Wysłano przypomnienie.
word_delegate = DELEGATE
