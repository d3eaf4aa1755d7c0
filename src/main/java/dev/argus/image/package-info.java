/**
 * Photos as bytes, and what a network sees of them: formats, headers, decoding.
 *
 * <p>{@link dev.argus.image.PhotoHeader} reads what a photo is without decoding it; {@link
 * dev.argus.image.PhotoDecoder} makes a network's input of it.
 */
package dev.argus.image;
