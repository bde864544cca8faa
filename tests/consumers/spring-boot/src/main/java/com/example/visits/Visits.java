package com.example.visits;

import java.util.UUID;
import org.springframework.data.repository.CrudRepository;

interface Visits extends CrudRepository<Visit, UUID> {}
