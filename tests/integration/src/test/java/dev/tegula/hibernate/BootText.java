package dev.tegula.hibernate;

import jakarta.persistence.MappedSuperclass;

/** An encrypted text, beside which an index or tokens are tried. */
@MappedSuperclass
abstract class BootText extends Identified {
    @Encrypted("boot.text")
    String text;
}
