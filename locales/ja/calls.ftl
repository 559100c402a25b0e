## Telephone calls, what is needed and why people write. Every language has the same messages.

# Requests: a long call, and a call that one of us took.
headline_long_call = 長い通話を見守ってください
otherwise_long_call = 通話が終わったら「済」とだけ返信してください（{ $until } まで）。経過は「STATUS」と返信すると届きます。お客様へは何も送られません。
long_call_running = { $name } さんが { $since } からお客様と通話中です（{ $count } 分を超えました）。
long_call_ended = { $name } さんの通話が { $count } 分かかりました。
why_phoned_in = { $name } さんがお電話で受けた件です。返信を書く（修正）か、「電話済」「完了」などと返信してください。

# What the desk wrote into a record.
record_phoned_in = お電話で受け付け
record_long_call = 長い通話としてサポートグループに連絡

# On a button; how a word is typed and what it does; its name.
button_remote = 遠隔案内のメールを作る（遠隔）
button_on_call = 通話中
button_call_over = 通話が終わった（済）
line_remote = 遠隔 … 『遠隔案内』を記録し、遠隔ツールのメールの案を作る（承認してから送ります）
line_on_call = 通話中 … いま電話している。長くなるとサポートグループに知らせる
line_call_over = 済 … 長い通話が終わった
word_on_call = 通話中
word_remote = 遠隔

# Short answers.
done_on_call = 通話中として記録しました
done_on_call_more = 長くなったときは、サポートグループに知らせます。終わったら「電話済 メモ」と返信してください。
done_call_over = 通話の終わりを記録しました
call_over = 長い通話は終わりました
call_over_more = { $name } さんが通話の終わりを記録しました。見守りは要りません。
call_over_after = { $name } さんの通話は { $count } 分で終わりました。見守りは要りません。
cannot_draft = 案を作れませんでした
unclear_not_for_call = このメールには「済」「メモ 内容」「STATUS」だけ返信できます。

# The call sheet in a request.
sheet_first = まず伺うこと: { $fields }
sheet_missing = まだ伺っていないこと: { $fields }
sheet_ask_mail = 未登録です。お電話でメールアドレスを伺ってください
sheet_link = 登録はありますが、紐付けがありません。紐付けてから発信してください
label_given = 伺ったこと
label_products = 製品
label_open_cases = 対応中の件
label_calls = 通話
label_tags = 流入元
tag_shown = 【{ $tag }】
open_case = C-{ $case }（{ $day }）{ $topic } ・ { $state }
call_talked = { $at } { $name } 電話済
call_talked_for = { $at } { $name } 電話済 { $count } 分
call_unanswered = { $at } { $name } 電話×
calls_unanswered = 電話× { $count } 回（最後は { $at }）
call_running = { $name } さんが { $at } から通話中
remote_offered = { $at } { $name } 『遠隔案内』
remote_helps = 遠隔案内ができる内容です（「遠隔」と返信すると案を作ります）
product_named = お客様は「{ $given }」を選んでいますが、文中に「{ $named }」とあります。どちらが正しいか確認してください
product_owned = 「{ $given }」とありますが、登録の製品は「{ $owned }」です。どちらが正しいか確認してください
same_phone_only = { $name }（{ $day } に同じ電話番号から。アドレスは違います）
noticed_name = { $name }（{ $day } の予約通知に同じ連絡先）

registered_more = 同じ連絡先の登録がほかに { $count } 件あります

# A telephone call that one of us writes down by mail.
new_call_subject = 電話の受付ができませんでした
new_call_no_contact = 「新規 電話」のメールを受け取りましたが、電話番号もメールアドレスも読み取れませんでした。
new_call_unreadable = 「新規 電話」のメールを受け取りましたが、項目を読み取れませんでした。
new_call_how =
    件名か 1 行目を「新規 電話」として、次のように 1 行に 1 項目ずつ書き、新しいメールで送ってください。

    お名前: 山田 花子
    電話番号: 090-1234-5678
    メール: （分かれば）
    製品: （分かれば）
    内容: お問い合わせの内容

    案件は作っていません。お客様へは何も送られません。

# Possible duplicates after an import.
duplicates_subject = 顧客の重複の可能性 { $count } 組
duplicates_told =
    顧客の取り込みで、同じ連絡先を持つ登録が見つかりました。窓口が登録を消したり、まとめたりすることはありません。
    同じ方かどうかを確かめ、顧客システムで判断してください。注文が失われることがあるため、登録は削除しないでください。
duplicates_pair = { $one } と { $other }（{ $reason }）
duplicates_more = ほか { $count } 組。一覧: madoguchi customers duplicates
