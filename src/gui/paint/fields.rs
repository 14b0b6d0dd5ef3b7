//! Receptive fields as a wall of tiles: the layout.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// Minimum side of a legible field, in points.
pub const LEAST_TILE: f32 = 20.0;
/// Minimum side of tiles in class columns, in points: smaller, because all classes are then visible.
const LEAST_COLUMN: f32 = 17.0;
/// Maximum side of a tile, in points, so that a single field does not fill the screen.
const MOST_TILE: f32 = 260.0;
/// Gap between tiles, in points.
const GAP: f32 = 2.0;
/// Gap between tiles that have a class mark below them, in points.
const MARKED_GAP: f32 = 6.0;
/// Maximum ratio of the largest class to the average at which columns are used; above it they would leave too much empty space.
const UNEVEN: f32 = 1.2;
/// Minimum average number of neurons per class for class names to have cells of their own.
const NAMED: usize = 5;
/// Gap between classes, in points.
const CLASS_GAP: f32 = 3.0;

/// Content of a cell of the wall.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cell {
    /// The field of a neuron.
    Neuron(u32),
    /// The name of the class whose fields follow.
    Name(Option<u8>),
}

/// A column of tiles of one group.
#[derive(Debug, Clone, PartialEq)]
struct Block {
    class: Option<u8>,
    cells: Vec<Cell>,
    left: f32,
}

/// Position of each neuron's tile, relative to the upper left corner of the wall.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wall {
    blocks: Vec<Block>,
    /// Tiles per row in one block.
    across: usize,
    rows: usize,
    tile: f32,
    pitch: Vec2,
    size: Vec2,
    /// Height of the visible part, in points.
    window: f32,
    /// Block and place in it, by neuron; `None` for a neuron that is not shown.
    place: Vec<Option<(u32, u32)>>,
    marked: bool,
}

impl Wall {
    /// Lay out `neurons` in `available` points; `class_of` holds the classes of all neurons. Classes of about equal size become
    /// columns if all columns fit side by side and less than half of the room stays empty; otherwise tiles run from left to
    /// right, class after class. If tiles of the minimum size do not all fit, the wall is taller than `available` and is
    /// scrolled.
    pub fn new(neurons: &[u32], class_of: &[Option<u8>], available: Vec2) -> Self {
        Self::best(LEAST_TILE, 1.5, neurons, class_of, available)
    }

    /// Like `new`, but with tiles small enough for all of them to be visible.
    pub fn whole(neurons: &[u32], class_of: &[Option<u8>], available: Vec2) -> Self {
        Self::best(1.0, 1.2, neurons, class_of, available)
    }

    /// Class columns, unless tiles without columns would be more than `times` larger.
    fn best(least: f32, times: f32, neurons: &[u32], class_of: &[Option<u8>], available: Vec2) -> Self {
        let of = |columns| Self::with_tiles_of(least, columns, neurons, class_of, available);
        let (columns, run) = (of(true), of(false));
        if run.tile > times * columns.tile { run } else { columns }
    }

    fn with_tiles_of(least: f32, columns: bool, neurons: &[u32], class_of: &[Option<u8>], available: Vec2) -> Self {
        let available = available.max(vec2(1.0, 1.0));
        let mut order: Vec<u32> = neurons.iter().copied().filter(|&neuron| (neuron as usize) < class_of.len()).collect();
        // The sort is stable: within a class neurons keep their order. Those without a class come last.
        order.sort_by_key(|&neuron| class_of[neuron as usize].map_or(u16::MAX, u16::from));
        let of = |neuron: &u32| class_of[*neuron as usize];
        let classes: Vec<&[u32]> = order.chunk_by(|a, b| of(a) == of(b)).collect();
        let gaps = CLASS_GAP * classes.len().saturating_sub(1) as f32;
        let largest = classes.iter().map(|neurons| neurons.len()).max().unwrap_or(0);
        let even = (largest * classes.len()) as f32 <= UNEVEN * order.len() as f32;
        let columns = columns && classes.len() > 1 && even && (available.x - gaps) / classes.len() as f32 >= LEAST_COLUMN;
        let marked = !columns && classes.len() > 1;
        let gap = if columns { CLASS_GAP } else { 0.0 };
        let tiles = |neurons: &[u32]| neurons.iter().map(|&neuron| Cell::Neuron(neuron)).collect::<Vec<_>>();
        let groups: Vec<(Option<u8>, Vec<Cell>)> = if columns {
            classes.into_iter().map(|neurons| (of(&neurons[0]), tiles(neurons))).collect()
        } else if marked && order.len() >= NAMED * classes.len() {
            let named = |neurons: &&[u32]| [vec![Cell::Name(of(&neurons[0]))], tiles(neurons)].concat();
            vec![(None, classes.iter().flat_map(named).collect())]
        } else {
            vec![(None, tiles(&order))]
        };
        let count = groups.len();
        let most = groups.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let room = available.x - gap * count.saturating_sub(1) as f32;
        let (across, fits) = Self::tiles_across(least, most, count, vec2(room, available.y));
        let rows = most.div_ceil(across.max(1));
        let wide = room / (count.max(1) * across.max(1)) as f32;
        // A wall that fits is stretched to the whole height; one that scrolls extends beyond it.
        let tall = if fits { (available.y / rows.max(1) as f32).min(wide * 1.25) } else { wide };
        let pitch = vec2(wide.min(MOST_TILE), tall.min(MOST_TILE));
        let gap = if marked { MARKED_GAP.min(pitch.min_elem() / 4.0) } else { GAP };
        let tile = (pitch.min_elem() - gap).max(1.0);
        let mut place = vec![None; class_of.len()];
        let mut blocks = Vec::with_capacity(count);
        for (index, (class, cells)) in groups.into_iter().enumerate() {
            for (order, cell) in cells.iter().enumerate() {
                if let Cell::Neuron(neuron) = cell {
                    place[*neuron as usize] = Some((index as u32, order as u32));
                }
            }
            blocks.push(Block { class, cells, left: index as f32 * (pitch.x * across as f32 + gap) });
        }
        let width = blocks.last().map_or(0.0, |block| block.left + pitch.x * across as f32);
        let size = vec2(width, rows as f32 * pitch.y);
        Self { blocks, across, rows, tile, pitch, size, window: available.y, place, marked }
    }

    /// Tiles per row in each of `blocks` blocks, and whether all rows fit: the fewest, hence largest, tiles that fit; if none
    /// fit, the most that are still legible.
    fn tiles_across(least: f32, most: usize, blocks: usize, room: Vec2) -> (usize, bool) {
        let blocks = blocks.max(1);
        let legible = ((room.x / blocks as f32 / least) as usize).max(1);
        let fit = |across: usize| {
            let side = (room.x / (blocks * across) as f32).min(MOST_TILE);
            let rows = most.div_ceil(across);
            // the tiles of a single row can always be made small enough for the height
            rows == 1 || rows as f32 * side <= room.y + 0.5
        };
        match (1..=legible).find(|&across| fit(across)) {
            Some(across) => (across, true),
            None => (legible, false),
        }
    }

    /// Width and height of the whole wall, in points.
    pub fn size(&self) -> Vec2 {
        self.size
    }

    /// Number of tiles that are completely visible without scrolling.
    pub fn shown_at_once(&self) -> usize {
        let rows = ((self.window + 0.5) / self.pitch.y.max(1.0)) as usize;
        self.in_rows(0, rows.min(self.rows)).count()
    }

    /// Whether each tile needs a class mark, because classes are not columns.
    pub fn marked(&self) -> bool {
        self.marked
    }

    /// Side of a tile.
    pub fn tile(&self) -> f32 {
        self.tile
    }

    /// Distance between the tops of two rows.
    pub fn row_height(&self) -> f32 {
        self.pitch.y
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The tile of a neuron; `None` for a neuron that does not exist or is not shown.
    pub fn rect(&self, neuron: u32) -> Option<Rect> {
        let (block, order) = (*self.place.get(neuron as usize)?)?;
        Some(self.cell(&self.blocks[block as usize], order as usize))
    }

    /// The tile in a cell of a block.
    fn cell(&self, block: &Block, order: usize) -> Rect {
        let (column, row) = (order % self.across, order / self.across);
        let cell = pos2(block.left + column as f32 * self.pitch.x, row as f32 * self.pitch.y);
        let inset = (self.pitch - Vec2::splat(self.tile)) / 2.0;
        Rect::from_min_size(cell + inset, Vec2::splat(self.tile))
    }

    /// Cells that hold class names. Empty if classes are columns or have hardly more neurons than names.
    pub fn names(&self) -> impl Iterator<Item = (Option<u8>, Rect)> {
        self.blocks.iter().flat_map(move |block| {
            block.cells.iter().enumerate().filter_map(move |(order, cell)| match cell {
                Cell::Name(class) => Some((*class, self.cell(block, order))),
                Cell::Neuron(_) => None,
            })
        })
    }

    /// The neuron whose cell contains `at`.
    pub fn neuron_at(&self, at: Pos2) -> Option<u32> {
        let block = self.blocks.iter().rev().find(|block| at.x >= block.left)?;
        let (column, row) = ((at.x - block.left) / self.pitch.x, at.y / self.pitch.y);
        if column < 0.0 || row < 0.0 || column as usize >= self.across {
            return None;
        }
        match block.cells.get(row as usize * self.across + column as usize)? {
            Cell::Neuron(neuron) => Some(*neuron),
            Cell::Name(_) => None,
        }
    }

    /// The neuron one tile away in the direction of an arrow key.
    pub fn neighbour(&self, neuron: u32, towards: Vec2) -> Option<u32> {
        let from = self.rect(neuron)?.center();
        // also across the gap between classes or the cell of a name
        [1.0, 1.3, 2.0].into_iter().find_map(|far| self.neuron_at(from + towards * (self.pitch * far)).filter(|&n| n != neuron))
    }

    /// Headings of the columns: class, left and right edge. Empty if classes are not columns.
    pub fn heads(&self) -> impl Iterator<Item = (Option<u8>, f32, f32)> {
        let wide = self.pitch.x * self.across as f32;
        let shown = if self.blocks.len() > 1 { &self.blocks[..] } else { &[] };
        shown.iter().map(move |block| (block.class, block.left, block.left + wide))
    }

    /// Neurons whose tiles touch the rows `[from, to)`, block by block.
    pub fn in_rows(&self, from: usize, to: usize) -> impl Iterator<Item = u32> {
        self.blocks.iter().flat_map(move |block| {
            let clamp = |row: usize| (row * self.across).min(block.cells.len());
            let neuron = |cell: &Cell| if let Cell::Neuron(neuron) = cell { Some(*neuron) } else { None };
            block.cells[clamp(from)..clamp(to)].iter().filter_map(neuron)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn laid(class_of: &[Option<u8>], available: Vec2) -> Wall {
        Wall::new(&(0..class_of.len() as u32).collect::<Vec<_>>(), class_of, available)
    }

    #[test]
    fn wall_shows_only_the_given_neurons() {
        let class_of = pools(400, 10);
        let shown: Vec<u32> = (120..160).collect();
        let wall = Wall::new(&shown, &class_of, vec2(360.0, 370.0));
        assert!(wall.tile() > 40.0 && wall.heads().count() == 0 && !wall.marked(), "one class needs no name");
        assert_eq!((0..400).filter(|&neuron| wall.rect(neuron).is_some()).collect::<Vec<_>>(), shown);
        assert_eq!(wall.in_rows(0, wall.rows()).collect::<Vec<_>>(), shown);
        assert_eq!(Wall::new(&[3, 9], &[None; 5], vec2(90.0, 90.0)).shown_at_once(), 1, "neuron 9 does not exist");
    }

    fn pools(neurons: usize, classes: usize) -> Vec<Option<u8>> {
        (0..neurons).map(|n| Some((n * classes / neurons) as u8)).collect()
    }

    #[test]
    fn wall_that_fits_fills_its_rectangle() {
        for (neurons, width, height) in [(80, 360.0, 370.0), (100, 380.0, 380.0), (400, 900.0, 600.0), (10, 500.0, 60.0)] {
            let wall = laid(&pools(neurons, 10), vec2(width, height));
            assert!(wall.size().y <= height + 0.5, "{neurons}: {:?} in {width} x {height}", wall.size());
            let wasted = 1.0 - wall.size().x * wall.size().y / (width * height);
            assert!(wasted < 0.25, "{neurons} neurons in {width} x {height} waste {wasted}");
        }
    }

    #[test]
    fn default_network_has_legible_class_columns_down_to_the_lower_edge() {
        let wall = laid(&pools(400, 10), vec2(360.0, 370.0));
        assert_eq!(wall.heads().count(), 10);
        assert!(wall.tile() >= LEAST_TILE - GAP);
        assert!(wall.size().y >= 370.0, "scrolls instead of leaving room: {:?}", wall.size());
    }

    #[test]
    fn wall_of_a_figure_shows_every_field() {
        for (neurons, classes) in [(400, 10), (1600, 10), (1600, 13), (10, 10)] {
            let class_of = pools(neurons, classes);
            let all: Vec<u32> = (0..neurons as u32).collect();
            let wall = Wall::whole(&all, &class_of, vec2(360.0, 290.0));
            assert!(wall.size().y <= 290.5, "{neurons}: {:?}", wall.size());
            assert_eq!(wall.shown_at_once(), neurons);
            let used = neurons as f32 * wall.tile() * wall.tile() / (360.0 * 290.0);
            assert!(used > 0.45 || neurons < 400, "{neurons} fields cover {used} of the picture");
        }
    }

    #[test]
    fn single_neuron_per_class_gets_the_height_of_the_wall() {
        let wall = laid(&pools(10, 10), vec2(800.0, 75.0));
        assert!(wall.tile() > 70.0, "{}", wall.tile());
    }

    #[test]
    fn few_neurons_fill_a_narrow_wall() {
        let wall = laid(&pools(10, 10), vec2(310.0, 260.0));
        assert!(wall.tile() > 50.0 && wall.heads().count() == 0 && wall.marked(), "{}", wall.tile());
    }

    #[test]
    fn neurons_without_classes_run_from_left_to_right() {
        let wall = laid(&[None; 400], vec2(600.0, 400.0));
        assert_eq!(wall.heads().count(), 0);
        assert!(wall.tile() >= LEAST_TILE - GAP && wall.size().y <= 400.5, "{} {:?}", wall.tile(), wall.size());
        assert!(wall.rect(1).unwrap().left() > wall.rect(0).unwrap().left());
    }

    #[test]
    fn classes_of_unequal_size_leave_little_empty_space() {
        // Classes assigned after learning: a third of the neurons respond to 0.
        let class_of: Vec<Option<u8>> = (0..100).map(|n| Some(if n % 3 == 0 { 0 } else { (n % 10) as u8 })).collect();
        let wall = laid(&class_of, vec2(580.0, 430.0));
        assert!(wall.marked() && wall.heads().count() == 0);
        let wasted = 1.0 - wall.size().x * wall.size().y / (580.0 * 430.0);
        assert!(wasted < 0.2, "{wasted}");
        // the name of each class is placed before its first field and covers none
        let names: Vec<(Option<u8>, Rect)> = wall.names().collect();
        assert_eq!(names.iter().map(|(class, _)| *class).collect::<Vec<_>>(), (0..10).map(Some).collect::<Vec<_>>());
        assert!((0..100).all(|neuron| names.iter().all(|(_, name)| !name.intersects(wall.rect(neuron).unwrap()))));
        assert_eq!(wall.neuron_at(names[3].1.center()), None);
        let last_of_0 = (0..100).rev().find(|&n| class_of[n as usize] == Some(0)).unwrap();
        if wall.rect(last_of_0).unwrap().top() == names[1].1.top() {
            let first_of_1 = class_of.iter().position(|class| *class == Some(1)).unwrap();
            assert_eq!(wall.neighbour(last_of_0, vec2(1.0, 0.0)), Some(first_of_1 as u32), "an arrow key skips the cell of a name");
        }
        assert_eq!(laid(&[Some(0), Some(1), Some(0)], vec2(90.0, 90.0)).names().count(), 0, "no more names than fields");
        // classes of equal size are columns if less than half of the room stays empty
        assert!(laid(&pools(100, 10), vec2(580.0, 430.0)).tile() > 35.0);
        assert!(!laid(&pools(100, 10), vec2(360.0, 290.0)).marked());
    }

    #[test]
    fn arrow_key_moves_across_the_gap_to_the_next_class() {
        let wall = laid(&pools(80, 10), vec2(360.0, 370.0));
        assert_eq!(wall.neighbour(0, vec2(1.0, 0.0)), Some(8));
        assert_eq!(wall.neighbour(0, vec2(0.0, 1.0)), Some(1));
        assert_eq!(wall.neighbour(0, vec2(-1.0, 0.0)), None);
    }

    proptest! {
        #[test]
        fn a_click_on_a_tile_finds_its_neuron(
            neurons in 0_usize..1700, classes in 1_usize..12, width in 1.0_f32..2000.0, height in 1.0_f32..1200.0
        ) {
            let class_of: Vec<Option<u8>> = (0..neurons).map(|n| (n % 13 < 12).then_some((n % classes) as u8)).collect();
            let wall = laid(&class_of, vec2(width, height));
            for neuron in (0..neurons as u32).step_by(7) {
                let rect = wall.rect(neuron).unwrap();
                prop_assert_eq!(wall.neuron_at(rect.center()), Some(neuron));
                prop_assert!(rect.right() <= width + 1.0 && rect.left() >= -0.01, "{:?} outside {}", rect, width);
            }
            prop_assert_eq!(wall.rect(neurons as u32), None);
        }
    }
}
