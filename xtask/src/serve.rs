//! A small static file server for dist/, on this machine only: what a plain web host does, and nothing more.

use crate::args::Args;
use crate::build;
use crate::shell::root;
use anyhow::{Context, Result};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread;
use std::time::Duration;

const PORT: u16 = 8440;

pub fn entry(args: &mut Args) -> Result<()> {
    let port = args.value("--port")?;
    args.finish()?;
    build::dist()?;
    let listener = match port {
        Some(port) => listen(port)?,
        None => listen(PORT).or_else(|_| listen(0))?,
    };
    println!("hopscope is at http://{}/  (Ctrl+C ends it)", listener.local_addr()?);
    serve(&listener, &root().join("dist"));
    Ok(())
}

/// Port 0 takes a free one.
pub fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| format!("port {port} is taken"))
}

pub fn serve(listener: &TcpListener, folder: &Path) {
    for stream in listener.incoming().flatten() {
        let folder = folder.to_path_buf();
        thread::spawn(move || answer(stream, &folder));
    }
}

/// One request, then the connection ends. A browser that goes away in the middle is no error.
fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or("/"));
    let (status, kind, body) = match (method, file_for(folder, target)) {
        ("GET" | "HEAD", Some(file)) => ("200 OK", mime(&file), fs::read(&file)?),
        ("GET" | "HEAD", None) => {
            ("404 Not Found", mime(Path::new("x.txt")), b"There is no such file here.\n".to_vec())
        }
        _ => ("405 Method Not Allowed", mime(Path::new("x.txt")), b"Only GET and HEAD are served.\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file a request names, if it lies in the folder.
fn file_for(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.trim_start_matches('/');
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    Some(folder.join(path)).filter(|file| plain && file.is_file())
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "jsonl" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "gz" => "application/gzip",
        "txt" | "log" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn get(request: &str) -> String {
        let folder = std::env::temp_dir().join(format!("hopscope-serve-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), "<p>here").unwrap();
        let listener = listen(0).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        write!(client, "{request} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        answer(listener.accept().unwrap().0, &folder).unwrap();
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn serves_files_of_the_folder_and_nothing_else() {
        let page = get("GET /?x=1");
        assert!(page.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"), "{page}");
        assert!(page.ends_with("\r\n\r\n<p>here"), "{page}");
        assert!(get("HEAD /index.html").ends_with("\r\n\r\n"));
        assert!(get("GET /../Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(get("GET //etc/passwd").starts_with("HTTP/1.1 404"));
        assert!(get("POST /").starts_with("HTTP/1.1 405"));
    }
}
