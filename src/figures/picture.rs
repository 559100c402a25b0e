//! Bars for each person, as PNG: above the cases, below the time, each with its number at the end and the number of the
//! row in front. Digits are the only signs in it and are drawn here, so it needs no font and none can fail it; who
//! stands behind a row is said in the table beside it.

use jiff::SignedDuration;

/// The colour of bars of cases, as in HTML.
pub const CASES: &str = "#12508f";
/// The colour of bars of time, as in HTML.
pub const TIME: &str = "#b35c00";

const BLUE: [u8; 3] = [0x12, 0x50, 0x8f];
const BROWN: [u8; 3] = [0xb3, 0x5c, 0x00];
const INK: [u8; 3] = [0x1f, 0x29, 0x33];
const LINE: [u8; 3] = [0xcb, 0xd2, 0xd9];

const WIDTH: usize = 640;
const MARGIN: usize = 10;
/// A row: two bars and the gap below.
const ROW: usize = 56;
const BAR: usize = 20;
/// Where bars begin, behind the number of the row.
const LEFT: usize = 56;
/// Room behind the longest bar for its number.
const RIGHT: usize = 96;
/// How many pixels a dot of a digit is wide.
const DOT: usize = 2;
/// More people than these have no place in a picture that a phone shows; the table has them all.
const MOST: usize = 30;

/// What is shown of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Who; for the words beside the picture.
    pub name: String,
    /// Cases handled.
    pub cases: usize,
    /// Time together.
    pub time: SignedDuration,
}

/// Three by five dots for each digit and the colon, a row in three bits.
const DIGITS: [[u8; 5]; 11] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
    [0b000, 0b010, 0b000, 0b010, 0b000],
];

/// A white ground with three bytes for each pixel.
struct Canvas {
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn new(height: usize) -> Self {
        Self { height, pixels: vec![0xff; WIDTH * height * 3] }
    }

    /// Fills a rectangle; what lies outside is cut.
    fn fill(&mut self, left: usize, top: usize, wide: usize, high: usize, colour: [u8; 3]) {
        for y in top..top.saturating_add(high).min(self.height) {
            for x in left..left.saturating_add(wide).min(WIDTH) {
                let at = (y * WIDTH + x) * 3;
                if let Some(pixel) = self.pixels.get_mut(at..at + 3) {
                    pixel.copy_from_slice(&colour);
                }
            }
        }
    }

    /// Writes digits and colons.
    fn write(&mut self, left: usize, top: usize, text: &str) {
        for (place, sign) in text.bytes().enumerate() {
            let at = if sign == b':' { 10 } else { usize::from(sign.wrapping_sub(b'0')) };
            let Some(rows) = DIGITS.get(at) else { continue };
            for (down, dots) in rows.iter().enumerate() {
                for across in 0..3_usize {
                    if dots & (0b100 >> across) != 0 {
                        let x = left + (place * 4 + across) * DOT;
                        self.fill(x, top + down * DOT, DOT, DOT, INK);
                    }
                }
            }
        }
    }
}

/// The width of a bar: something can be seen of everything that is not nothing.
fn wide(value: u64, most: u64) -> usize {
    let room = WIDTH - LEFT - RIGHT;
    let part = u128::from(value) * room as u128 / u128::from(most.max(1));
    usize::try_from(part).unwrap_or(room).max(usize::from(value > 0))
}

pub(super) fn write(bars: &[Bar]) -> Result<Vec<u8>, String> {
    let shown: Vec<&Bar> = bars.iter().take(MOST).collect();
    let mut canvas = Canvas::new(MARGIN * 2 + ROW * shown.len().max(1));
    let seconds = |bar: &Bar| u64::try_from(bar.time.as_secs()).unwrap_or(0);
    let most_cases = shown.iter().map(|bar| bar.cases as u64).max().unwrap_or(0);
    let most_time = shown.iter().map(|bar| seconds(bar)).max().unwrap_or(0);
    for (row, bar) in shown.iter().enumerate() {
        let top = MARGIN + row * ROW;
        let centred = (BAR - 5 * DOT) / 2;
        canvas.write(MARGIN, top + centred, &(row + 1).to_string());
        let cases = wide(bar.cases as u64, most_cases);
        canvas.fill(LEFT, top, cases, BAR, BLUE);
        canvas.write(LEFT + cases + 6, top + centred, &bar.cases.to_string());
        let time = wide(seconds(bar), most_time);
        let below = top + BAR + 2;
        canvas.fill(LEFT, below, time, BAR, BROWN);
        let minutes = (seconds(bar) + 30) / 60;
        canvas.write(LEFT + time + 6, below + centred, &format!("{}:{:02}", minutes / 60, minutes % 60));
    }
    let height = canvas.height;
    canvas.fill(LEFT - 2, MARGIN / 2, 2, height.saturating_sub(MARGIN), LINE);
    encode(&canvas).map_err(|error| error.to_string())
}

fn encode(canvas: &Canvas) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut bytes, side(WIDTH), side(canvas.height));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&canvas.pixels)?;
    writer.finish()?;
    Ok(bytes)
}
