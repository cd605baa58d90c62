"""Japanese."""

from fulfillment.tracking.wording.record import Acts

ACTS = Acts(
    date="M月d日(EEE)",
    back="ご注文に戻る",
    more="お届け先と変更",
    more_why="お届け先の確認、配達の変更、返品には、ご本人確認が必要です。",
    confirm="本人確認へ",
    verify_why="リンクを知っている方はどなたでも配達状況を確認できます。お届け先の表示と変更はご本人のみ可能です。",
    by_code_only="ご注文時のメールアドレスに確認コードをお送りします。",
    no_proof="このご注文には郵便番号もメールアドレスも登録されていません。ショップにお問い合わせください。",
    postcode="お届け先の郵便番号",
    go_on="次へ",
    or_code="またはメールの確認コードで",
    send_code="確認コードをメールで受け取る",
    code_sent="ご注文時のメールアドレスに確認コードをお送りしました。有効期限は10分です。",
    code="6桁の確認コード",
    wrong_postcode="ご注文の郵便番号と一致しません。",
    wrong_code="確認コードが正しくないか、有効期限が切れています。",
    locked="入力回数の上限に達しました。しばらくしてからもう一度お試しください。",
    code_subject="ご注文{order}の確認コード：{code}",
    code_body=(
        "{seller}でのご注文{order}の確認コード：\n\n{code}\n\n有効期限は10分です。お心当たりのない場合、お"
        "手続きは不要です。確認コードがなければ、お届け先の表示やご注文の変更はできません。"
    ),
    delivery="お届け",
    address="お届け先",
    received_by="受取人：{who}",
    left_with="お預け先（近隣の方）：{who}",
    left_in="置き場所：{who}",
    tracking_number="お問い合わせ番号",
    own_couriers="自社配達員",
)
