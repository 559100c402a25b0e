//! Chinese in one spelling: traditional characters as simplified ones, so that each word is written once.
//!
//! Only characters of common words about dates, bookings and greetings; anything else passes unchanged. The length
//! in bytes never changes, so places in the text stay right.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Pairs of a traditional character and its simplified one.
const PAIRS: [&str; 18] = [
    "佔占併并來来個个傷伤僱雇億亿儘尽優优兇凶兌兑兒儿兩两凍冻凱凯劃划動动務务勝胜勞劳勢势勵励區区協协卻却",
    "參参員员問问喪丧單单嗎吗噸吨嚴严國国園园圓圆圖图團团執执堅坚報报場场壓压壞坏壽寿夠够夢梦夾夹奧奥妝妆",
    "婦妇媽妈學学實实寧宁寫写寬宽尋寻對对導导屆届層层島岛師师帳帐帶带幫帮幾几庫库廣广張张強强彈弹後后從从",
    "復复徵征恆恒恥耻惡恶愛爱態态慣惯慶庆憂忧憑凭應应懷怀懺忏戰战戲戏掃扫掛挂採采揚扬換换損损搶抢擇择擊击",
    "擔担據据擠挤擴扩擺摆擾扰攝摄數数斷断於于時时晉晋晝昼曆历曉晓書书會会東东條条棄弃業业極极榮荣構构樂乐",
    "樓楼標标樹树機机檢检櫃柜欄栏權权歡欢歲岁歸归殘残殺杀氣气決决沒没況况涼凉淨净減减測测湯汤準准溫温滅灭",
    "滿满漁渔漢汉潔洁濟济灣湾災灾為为無无煙烟熱热燈灯營营燭烛爭争爺爷牆墙牽牵狀状猶犹獎奖獨独獲获獻献玆兹",
    "現现產产畢毕畫画異异當当痠酸瘋疯療疗癒愈發发盡尽盤盘睜睁矯矫確确碼码禦御禪禅禮礼種种穌稣穩稳窮穷競竞",
    "筆笔節节簡简簽签籤签粵粤紀纪約约紅红級级細细終终組组結结絕绝絡络給给統统經经維维網网緊紧線线緣缘練练",
    "縣县縮缩總总繫系繳缴續续羅罗義义習习聖圣聞闻聯联聲声職职聽听肅肃腦脑腳脚膚肤臉脸臨临與与興兴舉举舊旧",
    "舖铺艙舱萬万藝艺藥药蘇苏蘭兰處处號号術术衛卫衝冲裏里補补裝装裡里製制複复視视親亲覺觉觀观訂订計计訊讯",
    "討讨記记設设許许訴诉診诊評评詞词詢询試试話话該该詳详認认誕诞語语誠诚誤误說说誰谁課课調调談谈請请論论",
    "諮咨諾诺講讲證证識识譯译護护讀读變变豐丰豬猪貝贝負负財财貨货貴贵買买貸贷費费資资賓宾賣卖質质賬账購购",
    "贖赎趕赶車车軍军軟软較较載载輪轮轉转辦办辭辞辯辩農农這这連连週周進进遊游運运過过達达違违遠远適适遲迟",
    "選选還还邊边郵邮鄉乡鄰邻醫医釋释釘钉針针鈴铃鋪铺錄录錯错鎮镇鐘钟鑰钥長长門门閉闭開开閒闲間间閱阅闆板",
    "關关陰阴陸陆陽阳隊队階阶際际隨随險险隱隐雖虽雙双雜杂雞鸡離离難难雲云電电霧雾靈灵靜静響响頁页頂顶項项",
    "順顺須须預预頭头頸颈頻频題题額额顏颜願愿類类顧顾風风飛飞飯饭餅饼館馆馬马駐驻騎骑驗验驚惊體体鬆松鬥斗",
    "鬧闹魚鱼鳥鸟麥麦麼么黃黄點点黨党齊齐齋斋龍龙龜龟",
];

/// Characters of everyday Chinese that everyday Japanese does not write (they are outside JIS X 0208 level 1),
/// and three that it writes only inside words with kana about them.
const CHINESE: [&str; 13] = [
    "到我是",
    "业东两严丧个丰临为举么义乐习乡书买于产亲亿从们优伤佔你來俩僱儘儿兌兑兒兩兰关兴兹军农冲决况冻净凉减几",
    "凭凯击划办务动劳势勞勵區协单卖卫卻历压县參发变吗吧吨听员呢咨咱响哪啊單嗎嘛嚴团园图圆國圓圖團圣场坏坚",
    "墙壓壞壽处复够夠头夹夾奖奧她妆妇妈妝媽學宁实宽宾實寫寬对寻导對层屆岁岛师帐带帮帶幫并广庆库应廣开异弃",
    "张弹强彈归录很從徵忏忧怀态怎总恆恶您惊惡惯愿憑應懷懺戏战戰戲执扩扫扬扰抢护报择挂挤损换搶摄摆擇擊擔據",
    "擠擴擺攝數斋斷无时晉晓晝曆曉會术杀杂权极构柜标栏树條梦检楼榮樂樓檢櫃權欢歡歲歸殘毕气氣汉汤沒洁测济淨",
    "渔游湾溫满滿濟灣灭灵灾烛烟热營爭爱爷牆牵犹狀獎獨獻玆现產电畫當疗疯痠瘋發盘盡睁睜矫码确碼禪禮离种稣稳",
    "穌穩穷竞笔签简簽籤类粤粵紧絕經緣縣總繫繳續红约级纪线练组细终经结给络绝统续维缘缩缴网罗耻职联聲聽肃肅",
    "肤胜脑脸腦腳臉與舉舊舖舱艙艺节苏荣药获营萬藝藥處號虽补裝覺觀观视觉詢話說論證譯讀變计订认讨讯记讲许论",
    "设证评识诉诊词译试诚话诞询该详语误说请诺读课谁调谈豐豬賣賬贖贝负财账货质购贵贷费资赎赶趕轉车转轮软载",
    "较辦辩辭辯边达过运还这进远违连迟适选連遲邊邮邻鄉鄰醫释釋錄鑰针钉钟钥铃铺错镇长閒閱闆關门闭问闲间闹闻",
    "阅队阳阴阶际陆险隐隨險隱难雖雙雜雞雾靈靜頸顏页顶项顺须顾预颈频题颜额风飞饭饼馆驗马驻验骑體鬆鬥鬧鱼鸟",
    "鸡麥麼黃點黨齊齋齐龙龜龟",
];

static ONLY_CHINESE: LazyLock<BTreeSet<char>> =
    LazyLock::new(|| CHINESE.iter().flat_map(|part| part.chars()).collect());

static SIMPLIFIED: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
    let chars: Vec<char> = PAIRS.iter().flat_map(|pairs| pairs.chars()).collect();
    chars.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))).collect()
});

/// The text in simplified characters, of the same length.
pub(super) fn simplified(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| SIMPLIFIED.contains_key(&c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| SIMPLIFIED.get(&c).copied().unwrap_or(c)).collect())
}

/// The text shows a character that only Chinese has.
pub(super) fn chinese(text: &str) -> bool {
    text.chars().any(|c| ONLY_CHINESE.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_tells_chinese_from_japanese() {
        for (text, expected) in
            [("前两天", true), ("下個禮拜", true), ("八月三日午前", false), ("預約", false)]
        {
            assert_eq!(chinese(text), expected, "{text}");
        }
    }

    #[test]
    fn simplifying_keeps_every_place() {
        let text = "請問週五晚上七點還有空位嗎";
        assert_eq!(simplified(text), "请问周五晚上七点还有空位吗");
        assert_eq!(simplified(text).len(), text.len());
        for (from, to) in SIMPLIFIED.iter() {
            assert_eq!(from.len_utf8(), to.len_utf8(), "{from}");
        }
    }
}
