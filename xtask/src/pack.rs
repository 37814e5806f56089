//! Makes a wasm module small after gzip without changing what it does.
//!
//! Gzip finds repetition in the last 32 KB only, and most of a program compiled from generic code repeats something that
//! stands further back: so functions are put beside those that they resemble (6 % off the page). Then a patient compressor
//! looks for the shortest of the encodings that every browser's gunzip reads (5 % more). And what module and glue call
//! each other's functions is of no interest to anyone else: names with a hash, of which gzip can make nothing, are numbers.

use anyhow::{Context, Result, ensure};
use std::collections::{HashMap, HashSet, VecDeque};
use std::convert::Infallible;
use std::num::NonZeroU64;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, ImportSection, Module};
use wasmparser::{
    CodeSectionReader, FunctionBody, FunctionSectionReader, ImportSectionReader, Parser, Payload, TypeRef,
};

/// How far back gzip looks.
const WINDOW: usize = 32 * 1024;

/// How many bytes in a row make two functions alike.
const RUN: usize = 6;

/// A wasm module as gzip.
pub fn pack(wasm: &[u8]) -> Result<Vec<u8>> {
    let options = zopfli::Options {
        iteration_count: NonZeroU64::new(5).expect("not zero"),
        // Past this, blocks of their own for code, tables and texts bring nothing more.
        maximum_block_splits: 60,
        ..zopfli::Options::default()
    };
    let mut packed = Vec::new();
    zopfli::compress(options, zopfli::Format::Gzip, &reorder(wasm)?[..], &mut packed)?;
    Ok(packed)
}

/// Module and glue with short names for what the module imports from the glue.
pub fn shorten(glue: &str, wasm: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut names = HashMap::new();
    let mut glue = glue.to_owned();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::ImportSection(section) = payload? else { continue };
        for import in section.into_imports() {
            let name = import?.name;
            if !ends_with_hash(name) || names.contains_key(name) {
                continue;
            }
            ensure!(glue.contains(name), "the glue does not know the import {name}");
            let short = format!("i{}", names.len());
            glue = glue.replace(name, &short);
            names.insert(name, short);
        }
    }
    let mut module = Module::new();
    Rename { names }
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .context("a wasm module could not be written again")?;
    Ok((glue, module.finish()))
}

/// As in `__wbg_getItem_1234567890abcdef`: no other name can contain one of these.
fn ends_with_hash(name: &str) -> bool {
    let hash = name.rsplit_once('_').map_or("", |(_, hash)| hash);
    hash.len() == 16 && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
}

struct Rename<'n> {
    names: HashMap<&'n str, String>,
}

impl Reencode for Rename<'_> {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader,
    ) -> Result<(), Error<Infallible>> {
        for import in section.into_imports() {
            let import = import?;
            let kind = self.entity_type(import.ty)?;
            imports.import(import.module, self.names.get(import.name).map_or(import.name, String::as_str), kind);
        }
        Ok(())
    }
}

/// The module with its functions in an order that gzip likes.
fn reorder(wasm: &[u8]) -> Result<Vec<u8>> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = order(&bodies);
    let mut place = vec![0; order.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = u32::try_from(new)?;
    }
    let mut module = Module::new();
    Reorder { imported, order, place }
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .context("a wasm module could not be written again")?;
    Ok(module.finish())
}

/// Which function stands where: always the one next of which most has been seen in the window.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let runs = shared_runs(bodies);
    let count = runs.iter().flatten().max().map_or(0, |run| run + 1);
    let mut holders = vec![Vec::new(); count];
    for (function, runs) in runs.iter().enumerate() {
        for run in runs {
            holders[*run].push(function);
        }
    }
    // How often the window holds each run, and how many runs of each function it holds.
    let (mut held, mut known) = (vec![0_u32; count], vec![0_usize; bodies.len()]);
    let (mut window, mut bytes) = (VecDeque::new(), 0);
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    while let Some(at) = best(&left, &known, bodies) {
        let next = left.remove(at);
        order.push(next);
        for run in &runs[next] {
            held[*run] += 1;
            if held[*run] == 1 {
                holders[*run].iter().for_each(|function| known[*function] += 1);
            }
        }
        window.push_back(next);
        bytes += bodies[next].len();
        while bytes > WINDOW && window.len() > 1 {
            let gone = window.pop_front().expect("it holds two");
            bytes -= bodies[gone].len();
            for run in &runs[gone] {
                held[*run] -= 1;
                if held[*run] == 0 {
                    holders[*run].iter().for_each(|function| known[*function] -= 1);
                }
            }
        }
    }
    order
}

/// The place in `left` of the function with the largest share of known runs; of several, the first.
fn best(left: &[usize], known: &[usize], bodies: &[&[u8]]) -> Option<usize> {
    let share = |function: usize| known[function] as f64 / (bodies[function].len() + 1) as f64;
    let mut best = None;
    for (at, function) in left.iter().enumerate() {
        let share = share(*function);
        if best.is_none_or(|(_, most)| share > most) {
            best = Some((at, share));
        }
    }
    best.map(|(at, _)| at)
}

/// Numbers for the runs of bytes in each function that another function has as well.
fn shared_runs(bodies: &[&[u8]]) -> Vec<Vec<usize>> {
    let distinct: Vec<HashSet<&[u8]>> = bodies.iter().map(|body| body.windows(RUN).collect()).collect();
    let mut owners: HashMap<&[u8], usize> = HashMap::new();
    for run in distinct.iter().flatten() {
        *owners.entry(run).or_default() += 1;
    }
    let mut numbers: HashMap<&[u8], usize> = HashMap::new();
    bodies
        .iter()
        .map(|body| {
            let mut seen = HashSet::new();
            let shared = body.windows(RUN).filter(|run| owners[run] > 1 && seen.insert(*run));
            shared
                .map(|run| {
                    let next = numbers.len();
                    *numbers.entry(run).or_insert(next)
                })
                .collect()
        })
        .collect()
}

struct Reorder {
    imported: u32,
    order: Vec<usize>,
    /// Where in `order` a function stands.
    place: Vec<u32>,
}

impl Reencode for Reorder {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        let own = function.checked_sub(self.imported);
        Ok(own.map_or(function, |own| self.imported + self.place[own as usize]))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader,
    ) -> Result<(), Error<Infallible>> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for old in &self.order {
            functions.function(types[*old]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader,
    ) -> Result<(), Error<Infallible>> {
        let bodies = section.into_iter().collect::<Result<Vec<FunctionBody>, _>>()?;
        for old in self.order.clone() {
            utils::parse_function_body(self, code, bodies[old].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;
    use wasm_encoder::{ExportKind, ExportSection, Function, TypeSection, ValType};

    /// One imported function and four of its own, of which the first and the last are alike. Each calls the one before it.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I64]);
        let mut imports = ImportSection::new();
        imports.import("a", "b_0123456789abcdef", wasm_encoder::EntityType::Function(0));
        let (mut functions, mut code, mut exports) = (FunctionSection::new(), CodeSection::new(), ExportSection::new());
        for (index, constant) in [0x1234_5678_9abc, 1, 2, 0x1234_5678_9abc].into_iter().enumerate() {
            let index = index as u32;
            functions.function(0);
            exports.export(&format!("f{index}"), ExportKind::Func, index + 1);
            let mut body = Function::new([]);
            body.instructions().call(index).i64_const(constant).i64_add().end();
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
        module.finish()
    }

    /// What each export calls and adds, whatever its number.
    fn meaning(wasm: &[u8]) -> Vec<(String, String)> {
        let (mut exports, mut bodies) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ExportSection(section) => exports.extend(section.into_iter().map(Result::unwrap)),
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let name = |function: u32| {
            exports.iter().find(|export| export.index == function).map_or("imported", |export| export.name)
        };
        let tell = |body: &FunctionBody| {
            let operators = body.get_operators_reader().unwrap().into_iter().map(Result::unwrap);
            let words = operators.map(|operator| match operator {
                wasmparser::Operator::Call { function_index } => name(function_index).to_owned(),
                other => format!("{other:?}"),
            });
            words.collect::<Vec<_>>().join(" ")
        };
        exports.iter().map(|export| (export.name.to_owned(), tell(&bodies[export.index as usize - 1]))).collect()
    }

    #[test]
    fn functions_that_are_alike_stand_together_and_mean_the_same() {
        let (before, after) = (module(), reorder(&module()).unwrap());
        assert_eq!(order(&[b"1234567", b"abcdefg", b"ABCDEFG", b"1234567"]), [0, 3, 1, 2]);
        assert_ne!(before, after);
        assert_eq!(meaning(&before), meaning(&after));
    }

    #[test]
    fn names_with_a_hash_are_short_in_module_and_glue() {
        let (glue, wasm) = shorten("{ b_0123456789abcdef: 1, c: 2 }", &module()).unwrap();
        assert_eq!(glue, "{ i0: 1, c: 2 }");
        assert!(wasm.windows(4).any(|bytes| bytes == b"\x01a\x02i") && wasm.len() == module().len() - 16);
        assert_eq!(meaning(&wasm), meaning(&module()));
        assert!(shorten("{}", &module()).is_err());
    }

    #[test]
    fn what_is_packed_comes_back() {
        let mut wasm = Vec::new();
        GzDecoder::new(&pack(&module()).unwrap()[..]).read_to_end(&mut wasm).unwrap();
        assert_eq!(meaning(&wasm), meaning(&module()));
    }
}
