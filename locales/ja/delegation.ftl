## Questions that were handed over, and where a case is stuck. Every language has the same messages.

owner_desk = 担当者全員
owner_supervisors = 管理者
owner_customer = お客様
owner_machine = 窓口（自動）
owner_shop = 店舗
person = { $name } さん
span_minutes = { $count } 分
span_hours = { $count } 時間
span_days = { $count } 日
status_with = いま: { $who }（{ $since } から・{ $span }）
status_delegated = 回答待ち: { $name } さん（{ $since } に依頼・{ $span }・期限 { $until }）

delegated_asked = { $name } さんより: { $question }
delegated_until = { $until } までにお返事をお願いします。
delegated_again = 【再度のお知らせ { $count } 回目】まだお返事をいただいていません。
done_delegate = 質問を送りました
done_delegate_more = 回答が届いたらお知らせします。期限までに回答がないときは、相手に再度お願いし、そのこともお知らせします。
too_many_questions = 一度に聞ける人数を超えています
too_many_questions_more = 一つの案件で同時に質問できるのは { $most } 人までです。いま { $waiting } 人の回答を待っていて、今回は { $more } 人宛てです。回答が届いてから、または人数を減らして、もう一度お送りください。
no_word = まだ回答がありません
no_word_more = { $since } に { $names }へ依頼した質問に、回答がありません。もう一度お願いしました。
word_delegate = 依頼
