package dev.tegula.docs.adoption;

/** The owner of a pet, whichever release reads it. */
interface Owner {

    Integer getId();

    String getTelephone();

    void setTelephone(String telephone);
}
